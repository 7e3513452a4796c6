-- Removes a value, where a condition holds.
-- KEYS    1 the key   2 the note beside it
-- ARGV    1 'string' or 'hash'   2 'any', 'absent', 'present' or 'still'   then the expected value
-- answers 0 refused, 1 there was nothing, 2 it was removed
local layout, condition = ARGV[1], ARGV[2]
local present = redis.call('EXISTS', KEYS[1]) == 1

local function still()
  if redis.call('TYPE', KEYS[1]).ok ~= layout then return false end
  if layout == 'string' then return redis.call('GET', KEYS[1]) == ARGV[3] end
  if redis.call('HLEN', KEYS[1]) * 2 ~= #ARGV - 2 then return false end
  for i = 3, #ARGV, 2 do
    if redis.call('HGET', KEYS[1], ARGV[i]) ~= ARGV[i + 1] then return false end
  end
  return true
end

if condition == 'absent' and present then return 0 end
if condition == 'present' and not present then return 0 end
if condition == 'still' and not (present and still()) then return 0 end
redis.call('UNLINK', KEYS[1], KEYS[2])
return present and 2 or 1
