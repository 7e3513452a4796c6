-- Removes all sessions of a user at once, which blocks Redis for that time.
-- KEYS: the user's index
-- ARGV: none
-- Answers the number of sessions
local keys = redis.call('ZRANGE', KEYS[1], 0, -1)
for _, key in ipairs(keys) do redis.call('DEL', key) end
redis.call('DEL', KEYS[1])
return tostring(#keys)
