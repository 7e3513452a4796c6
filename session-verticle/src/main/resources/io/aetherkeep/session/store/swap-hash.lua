-- Writes fields of a session by compare-and-set of the fields that matter.
-- KEYS    1 the session   2 its facts
-- ARGV    1 the default lifetime in ms   2 'slide' or 'keep', see lifetime.lua   3 its user
--         4 its number in the user's index, or '' to keep it
--         5 required number of fields besides its history and the field of ARGV 6, -1 for any
--         6 the field of the last activity   7 how many fields are compared
--         then for each field to compare and each to write: its name, '1' and a text, or '0' and ''
--         for a field that is missing or to be removed
-- answers nothing where there is no session, 1 and ms left where they were written, or 0
local facts = redis.call('HMGET', KEYS[2], 'ended', 'lifetime', 'createdAt', 'user')
if facts[1] then
  redis.call('UNLINK', KEYS[1])
  return false
end
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
if ARGV[5] ~= '-1' then
  local size = redis.call('HLEN', KEYS[1]) - redis.call('HEXISTS', KEYS[1], 'history')
    - redis.call('HEXISTS', KEYS[1], ARGV[6])
  if size ~= tonumber(ARGV[5]) then return {0} end
end
local written = 8 + 3 * tonumber(ARGV[7])
for i = 8, written - 1, 3 do
  local text = redis.call('HGET', KEYS[1], ARGV[i])
  if (ARGV[i + 1] == '1') ~= (text ~= false) then return {0} end
  if text and text ~= ARGV[i + 2] then return {0} end
end
for i = written, #ARGV, 3 do
  if ARGV[i + 1] == '1' then
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 2])
  else
    redis.call('HDEL', KEYS[1], ARGV[i])
  end
end
store_owner(ARGV[3], ARGV[4], facts[4])
return {1, (start_lifetime(ARGV[1], ARGV[2], facts[2], facts[3]))}
