-- Reads a session that is a string, and starts its lifetime anew.
-- KEYS    1 the session   2 its facts
-- ARGV    1 the usual lifetime in ms   2 'slide', or 'look' to leave the lifetime as it is
-- answers nothing, or: the value, ms left, its own lifetime, when it was created, its user
local facts = redis.call('HMGET', KEYS[2], 'ended', 'lifetime', 'createdAt', 'user')
if facts[1] then
  redis.call('UNLINK', KEYS[1])
  return false
end
local value = redis.call('GET', KEYS[1])
if not value then return false end
local lifetime = tonumber(facts[2] or ARGV[1])
local left = ARGV[2] == 'look' and redis.call('PTTL', KEYS[1]) or -1
if left < 0 then
  left = lifetime
  redis.call('PEXPIRE', KEYS[1], lifetime)
  if facts[4] then redis.call('PEXPIRE', KEYS[2], lifetime + 3600000) end
end
return {value, left, facts[2], facts[3], facts[4]}
