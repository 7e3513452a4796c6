-- Merges a patch into a session, sets its timestamp and renews its lifetime.
-- KEYS: the session
-- ARGV: the patch
-- Answers the session, or false if there is none
local value = redis.call('GET', KEYS[1])
if not value then return false end
local session = cjson.decode(value)
for name, change in pairs(cjson.decode(ARGV[1])) do
  if change == cjson.null then session[name] = nil else session[name] = change end
end
local time = redis.call('TIME')
session.last_activity_timestamp = time[1]
local now = time[1] * 1000
value = cjson.encode(session)
redis.call('SET', KEYS[1], value, 'PX', 1800000)
redis.call('ZADD', 'bare:sessions', now + 1800000, KEYS[1])
redis.call('ZADD', 'bare:sessions:' .. tostring(session.user_id), now + 1800000, KEYS[1])
return value
