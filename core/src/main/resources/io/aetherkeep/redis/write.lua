-- Puts a value with its lifetime, or removes it, where a condition holds.
-- KEYS    1 the key   2 the note beside it
-- ARGV    1 'string' or 'hash'   2 lifetime in ms, 0 for ever   3 the note, '' for none
--         4 'any', 'absent', 'present' or 'still'   5 how many arguments make the expected value
--         then these, then the value: one argument, or fields and texts in turn; none removes it
-- answers 0 refused, 1 there was nothing before, 2 there was something
local layout, lifetime, note, condition = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
local first = 6 + tonumber(ARGV[5])
local present = redis.call('EXISTS', KEYS[1]) == 1

local function still()
  if redis.call('TYPE', KEYS[1]).ok ~= layout then return false end
  if layout == 'string' then return redis.call('GET', KEYS[1]) == ARGV[6] end
  if redis.call('HLEN', KEYS[1]) * 2 ~= first - 6 then return false end
  for i = 6, first - 1, 2 do
    if redis.call('HGET', KEYS[1], ARGV[i]) ~= ARGV[i + 1] then return false end
  end
  return true
end

if condition == 'absent' and present then return 0 end
if condition == 'present' and not present then return 0 end
if condition == 'still' and not (present and still()) then return 0 end

if first > #ARGV then
  redis.call('UNLINK', KEYS[1], KEYS[2])
  return present and 2 or 1
end

if layout == 'string' then
  if lifetime > 0 then
    redis.call('SET', KEYS[1], ARGV[first], 'PX', lifetime)
  else
    redis.call('SET', KEYS[1], ARGV[first])
  end
else
  redis.call('DEL', KEYS[1])
  for i = first, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
  if lifetime > 0 then redis.call('PEXPIRE', KEYS[1], lifetime) end
end
if note ~= '' and lifetime > 0 then
  redis.call('SET', KEYS[2], note, 'PX', lifetime)
elseif note ~= '' then
  redis.call('SET', KEYS[2], note)
elseif present then
  redis.call('DEL', KEYS[2])
end
return present and 2 or 1
