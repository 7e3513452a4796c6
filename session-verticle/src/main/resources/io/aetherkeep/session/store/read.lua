-- Reads a session that is a string, and starts its lifetime anew.
-- KEYS    1 the session   2 its facts
-- ARGV    1 the usual lifetime in ms   2 'slide' or 'keep', see lifetime.lua
--         3 'use', or 'look' to leave the lifetime as it is
-- answers nothing, or: the value, ms left, its own lifetime, when it was created, its user, its
--         number among that one's sessions, the id that it is to replace
local facts = redis.call('HMGET', KEYS[2], 'ended', 'lifetime', 'createdAt', 'user', 'number', 'from')
if facts[1] then
  redis.call('UNLINK', KEYS[1])
  return false
end
local value = redis.call('GET', KEYS[1])
if not value then return false end
local left, own = ARGV[3] == 'look' and redis.call('PTTL', KEYS[1]) or -1, facts[2]
if left < 0 then left, own = start_lifetime(ARGV[1], ARGV[2], own, facts[3]) end
return {value, left, own, facts[3], facts[4], facts[5], facts[6]}
