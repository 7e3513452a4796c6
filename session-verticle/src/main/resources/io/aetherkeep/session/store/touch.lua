-- Restarts a session's lifetime without reading it.
-- KEYS    1 the session   2 its facts
-- ARGV    1 the default lifetime in ms   2 'slide' or 'keep', see lifetime.lua
--         3 the lifetime in ms that outdated facts may have started, empty if none have: unlike a
--           longer one that another service has set, it is not kept
-- answers the lifetime in ms, or 0 where there is no session
local facts = redis.call('HMGET', KEYS[2], 'ended', 'lifetime', 'createdAt')
if facts[1] or redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local left = redis.call('PTTL', KEYS[1])
if ARGV[3] ~= '' and left <= tonumber(ARGV[3]) then left = 0 end
return (start_lifetime(ARGV[1], ARGV[2], facts[2], facts[3], left))
