-- Counts a child of a status, or stores the expected number. An outdated change of a child is
-- ignored.
-- KEYS    1 the attempt record of the status   2 its children
-- ARGV    1 see now.lua   2 the child, '' to store the expected number   3 its offset   4 its phase
--         5 its progress in hundredths of a percent, or the expected number
--         6 lifetime in ms of the children   7 maximum number of children
-- answers 1 if the summary differs from that of the attempt record, else 0
repair(KEYS[1], 'hash')
repair(KEYS[2], 'hash')
local attempt = redis.call('HGET', KEYS[1], 'attempt') or '0'
local of = redis.call('HGET', KEYS[2], '#attempt') or '0'
if of ~= '0' and of ~= attempt then redis.call('UNLINK', KEYS[2]) end
redis.call('HSET', KEYS[2], '#attempt', attempt)

local function later(one, other)
  local millis, number = string.match(one, '^(%d+)-(%d+)$')
  local before, last = string.match(other, '^(%d+)-(%d+)$')
  millis, before = tonumber(millis), tonumber(before)
  return millis > before or (millis == before and tonumber(number) > tonumber(last))
end
local function add(field, number)
  if number ~= 0 then redis.call('HINCRBY', KEYS[2], field, number) end
end
local child, offset, phase = ARGV[2], ARGV[3], ARGV[4]
local progress = phase == 'running' and tonumber(ARGV[5]) or 10000
if child == '' then
  redis.call('HSET', KEYS[2], '#declared', ARGV[5])
else
  local known = redis.call('HGET', KEYS[2], child)
  local before, was, had
  if known then before, was, had = string.match(known, '^(%S+) (%S+) (%d+)$') end
  local room = known or counted(KEYS[2], '#known') < tonumber(ARGV[7])
  if room and (not before or later(offset, before)) then
    redis.call('HSET', KEYS[2], child, offset .. ' ' .. phase .. ' ' .. progress)
    if not known then add('#known', 1) end
    add('#sum', progress - (tonumber(had) or 0))
    add('#done', (phase == 'done' and 1 or 0) - (was == 'done' and 1 or 0))
    add('#failed', (phase == 'failed' and 1 or 0) - (was == 'failed' and 1 or 0))
  end
end
redis.call('PEXPIRE', KEYS[2], ARGV[6])
return summary(KEYS[2]) ~= (redis.call('HGET', KEYS[1], 'children') or '') and 1 or 0
