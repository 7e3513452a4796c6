-- Reads a session that is a hash, all but its history, and starts its lifetime anew.
-- KEYS    1 the session   2 its facts
-- ARGV    1 the usual lifetime in ms   2 'slide' or 'keep', see lifetime.lua
--         3 'use', or 'look' to leave the lifetime as it is
-- answers nothing, or: fields and texts in turn, ms left, its own lifetime, when it was created,
--         its user, its number among that one's sessions, the id that it is to replace, how many
--         bytes of its history wait in the tail
local facts = redis.call('HMGET', KEYS[2],
  'ended', 'lifetime', 'createdAt', 'user', 'number', 'from', 'tail')
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
local left, own = ARGV[3] == 'look' and redis.call('PTTL', KEYS[1]) or -1, facts[2]
if left < 0 then left, own = start_lifetime(ARGV[1], ARGV[2], own, facts[3]) end
return {pairs, left, own, facts[3], facts[4], facts[5], facts[6], facts[7]}
