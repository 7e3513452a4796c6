-- Writes fields of a session where those that matter are still as they were read.
-- KEYS    1 the session   2 its facts
-- ARGV    1 the usual lifetime in ms   2 its user
--         3 how many fields it must have beside its history and the field of ARGV 4, -1 for any
--         4 the field that tells the last activity   5 how many fields must be as they were
--         then for each of these and for each to be written: its name, '1' and a text, or '0' and
--         '' for a field that is not there or is to go
-- answers nothing where there is no session, 1 and ms left where they were written, or 0
if redis.call('HEXISTS', KEYS[2], 'ended') == 1 then
  redis.call('UNLINK', KEYS[1])
  return false
end
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
local size = redis.call('HLEN', KEYS[1]) - redis.call('HEXISTS', KEYS[1], 'history')
  - redis.call('HEXISTS', KEYS[1], ARGV[4])
if ARGV[3] ~= '-1' and size ~= tonumber(ARGV[3]) then return {0} end
local written = 6 + 3 * tonumber(ARGV[5])
for i = 6, written - 1, 3 do
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
local lifetime = tonumber(redis.call('HGET', KEYS[2], 'lifetime') or ARGV[1])
redis.call('PEXPIRE', KEYS[1], lifetime)
redis.call('HSET', KEYS[2], 'user', ARGV[2])
redis.call('PEXPIRE', KEYS[2], lifetime + 3600000)
return {1, lifetime}
