-- Reads a session that is a hash, all but its history, and starts its lifetime anew.
-- KEYS    1 the session   2 its facts
-- ARGV    1 the usual lifetime in ms   2 'slide', or 'look' to leave the lifetime as it is
-- answers nothing, or: fields and texts in turn, ms left, its own lifetime, when it was created,
--         its user, how many bytes of its history wait in the tail
local facts = redis.call('HMGET', KEYS[2], 'ended', 'lifetime', 'createdAt', 'user', 'tail')
if facts[1] then
  redis.call('UNLINK', KEYS[1])
  return false
end
local fields = {}
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  if field ~= 'history' then fields[#fields + 1] = field end
end
if #fields == 0 and redis.call('EXISTS', KEYS[1]) == 0 then return false end
local pairs = {}
for _, field in ipairs(fields) do
  pairs[#pairs + 1] = field
  pairs[#pairs + 1] = redis.call('HGET', KEYS[1], field)
end
local lifetime = tonumber(facts[2] or ARGV[1])
local left = ARGV[2] == 'look' and redis.call('PTTL', KEYS[1]) or -1
if left < 0 then
  left = lifetime
  redis.call('PEXPIRE', KEYS[1], lifetime)
  if facts[4] then redis.call('PEXPIRE', KEYS[2], lifetime + 3600000) end
end
return {pairs, left, facts[2], facts[3], facts[4], facts[5]}
