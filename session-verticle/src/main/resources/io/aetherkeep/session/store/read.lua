-- Reads a session that is a string, and restarts its lifetime.
-- KEYS    1 the session   2 its facts
-- ARGV    1 the default lifetime in ms   2 'slide' or 'keep', see lifetime.lua
--         3 'use', or 'peek' to leave the lifetime unchanged
-- answers nothing, or: the value, ms left, its own lifetime, its creation time, its user, its
--         number in the user's index, the id that it replaces
local facts = redis.call('HMGET', KEYS[2], 'ended', 'lifetime', 'createdAt', 'user', 'number', 'from')
if facts[1] then
  redis.call('UNLINK', KEYS[1])
  return false
end
local value = redis.call('GET', KEYS[1])
if not value then return false end
local left, own = ARGV[3] == 'peek' and redis.call('PTTL', KEYS[1]) or -1, facts[2]
if left < 0 then left, own = start_lifetime(ARGV[1], ARGV[2], own, facts[3]) end
return {value, left, own, facts[3], facts[4], facts[5], facts[6]}
