-- Starts a session's lifetime anew and reads nothing of it.
-- KEYS    1 the session   2 its facts
-- ARGV    1 the usual lifetime in ms
-- answers whether there is a session
local facts = redis.call('HMGET', KEYS[2], 'ended', 'lifetime', 'user')
if facts[1] then return 0 end
local lifetime = tonumber(facts[2] or ARGV[1])
if redis.call('PEXPIRE', KEYS[1], lifetime) == 0 then return 0 end
if facts[3] then redis.call('PEXPIRE', KEYS[2], lifetime + 3600000) end
return 1
