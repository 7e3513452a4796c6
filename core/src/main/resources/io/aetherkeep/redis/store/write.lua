-- Writes a value with its lifetime, or removes it, if a condition holds. Keys derived from the
-- former value are removed in the same step, unless the condition fails.
-- KEYS    1 the key   2 its note   then the derived keys
-- ARGV    1 'string' or 'hash'   2 lifetime in ms, 0 for none   3 the note, '' for none
--         4 ms for which the note outlives the value
--         5 'any', 'absent', 'present' or 'still'   6 number of arguments of the expected value
--         then these, then the value: one argument, or fields and texts in turn; none removes it
-- answers 0 condition failed, 1 written and it was absent, 2 written and it was present
local layout, lifetime, note, condition = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[5]
local first = 7 + tonumber(ARGV[6])
local present = redis.call('EXISTS', KEYS[1]) == 1

local function still()
  if redis.call('TYPE', KEYS[1]).ok ~= layout then return false end
  if layout == 'string' then return redis.call('GET', KEYS[1]) == ARGV[7] end
  if redis.call('HLEN', KEYS[1]) * 2 ~= first - 7 then return false end
  for i = 7, first - 1, 2 do
    if redis.call('HGET', KEYS[1], ARGV[i]) ~= ARGV[i + 1] then return false end
  end
  return true
end

if condition == 'absent' and present then return 0 end
if condition == 'present' and not present then return 0 end
if condition == 'still' and not (present and still()) then return 0 end

for i = 3, #KEYS do redis.call('UNLINK', KEYS[i]) end

if first > #ARGV then
  redis.call('UNLINK', KEYS[1], KEYS[2])
  if present then announce('cache-invalidated', 'removed', 1) end
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
  -- Batches of arguments, because Lua's stack limits what unpack can pass to a command.
  for i = first, #ARGV, 500 do
    redis.call('HSET', KEYS[1], unpack(ARGV, i, math.min(i + 499, #ARGV)))
  end
  if lifetime > 0 then redis.call('PEXPIRE', KEYS[1], lifetime) end
end
if note ~= '' and lifetime > 0 then
  redis.call('SET', KEYS[2], note, 'PX', lifetime + tonumber(ARGV[4]))
elseif note ~= '' then
  redis.call('SET', KEYS[2], note)
elseif present or #KEYS > 2 then
  redis.call('DEL', KEYS[2])
end
announce('cache-invalidated', 'removed', present and 1 or 0)
return present and 2 or 1
