-- Changes or removes a configuration where a condition holds, and records a version. A value that
-- another service wrote since the last version is recorded too, so that the versions have no gap.
-- KEYS    1 the configuration   2 its versions, the newest first   3 its claim   4 its stale copy
-- ARGV    1 'any', 'absent', 'present' or 'still'   2 the value that must still be there
--         3 'set' or 'unset'; 'set-elsewhere' or 'unset-elsewhere' where a system of record does it:
--         then 1 and 2 say what was there, and only the version is recorded
--         4 the value   5 the author   6 the least number of the version
--         7 maximum number of versions   8 maximum size of all in bytes; two are always kept
-- answers the number of the version and 1 if a value existed before; the number is -1 where the
--         condition does not hold, 0 where there was nothing to remove
local condition, what, value, by = ARGV[1], ARGV[3], ARGV[4], ARGV[5]
local kept, bytes = tonumber(ARGV[7]), tonumber(ARGV[8])
local elsewhere = string.find(what, '-elsewhere', 1, true) ~= nil
local removing = string.sub(what, 1, 5) == 'unset'
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))

-- A key of another type was written by mistake, and is replaced.
local kind = redis.call('TYPE', KEYS[1]).ok
local there = kind ~= 'none'
local before = kind == 'string' and redis.call('GET', KEYS[1]) or nil
if elsewhere then
  there = condition == 'still'
  before = there and ARGV[2] or nil
else
  if condition == 'absent' and there then return {-1, 1} end
  if condition == 'present' and not there then return {-1, 0} end
  if condition == 'still' and before ~= ARGV[2] then return {-1, there and 1 or 0} end
  if removing and not there then return {0, 0} end
end
local list = redis.call('TYPE', KEYS[2]).ok
if list ~= 'list' and list ~= 'none' then redis.call('UNLINK', KEYS[2]) end

local newest = redis.call('LINDEX', KEYS[2], 0)
local last = newest and tonumber(string.match(newest, '^%d+')) or 0
-- Parses an entry: its value, nil where it was removed; then whether the entry stores values at
-- all.
local function noted(entry)
  local at = 0
  for _ = 1, 3 do
    at = at and string.find(entry, '\n', at + 1, true)
  end
  if at then return string.sub(entry, at + 1), true end
  return nil, string.match(entry, '^%d+\n') ~= nil
end
local function note(number, who, content)
  local head = string.format('%.0f', number) .. '\n' .. now .. '\n' .. who
  redis.call('LPUSH', KEYS[2], content and head .. '\n' .. content or head)
  last = number
end
local least = tonumber(ARGV[6])
local known, telling = nil, true
if newest then known, telling = noted(newest) end
if telling and before ~= known and (before or not there) and #(before or '') <= bytes then
  note(math.max(last + 1, least - 1), 'another service', before)
end

if not elsewhere then
  redis.call('UNLINK', KEYS[3], KEYS[4])
  if removing then redis.call('UNLINK', KEYS[1]) else redis.call('SET', KEYS[1], value) end
end
local number = math.max(last + 1, least)
note(number, by, not removing and value or nil)

local taken = 0
for i = 0, math.min(redis.call('LLEN', KEYS[2]), kept + 1) - 1 do
  taken = taken + #redis.call('LINDEX', KEYS[2], i)
  if i == kept or (i > 1 and taken > bytes) then
    redis.call('LTRIM', KEYS[2], 0, i - 1)
    break
  end
end
announce_state('config-changed', removing and '' or redis.sha1hex(value), 'number', number)
return {number, there and 1 or 0}
