-- Stores a manual override of a provider.
-- KEYS    1 the record   2 the window
-- ARGV    1 see now.lua   2 the record's lifetime in ms   3 the window's
--         4 'disabled', 'enabled' or 'set'   5 its duration in ms, 0 for no end   6 the reason
--         then for 'set': the status, the success rate, the average latency, the last failure or ''
-- answers as outcomes.lua
local record, window, what = KEYS[1], KEYS[2], ARGV[4]
if what == 'set' then repair(record, 'hash') end
local span = tonumber(ARGV[5])
local state = what == 'disabled' and 'disabled' or what == 'set' and ARGV[7] or 'healthy'
-- A status that is set lasts until the record expires; 'healthy' ends at once.
if what == 'set' then span = state == 'healthy' and 0 or tonumber(ARGV[2]) end
local till = string.format('%.0f', span > 0 and now + span or 0)
local due = string.format('%.0f', finite(redis.call('HGET', window, 'until')))
local known = redis.call('HGET', window, 'state') or redis.call('HGET', record, 'status')
local before = (known == 'degraded' or known == 'disabled') and known or 'healthy'
local stamp = string.format('%.0f', now)

if what ~= 'disabled' then redis.call('DEL', window) end
redis.call('HSET', window, 'state', state, 'why', ARGV[6], 'until', till, 'trial', '0',
  'from', what == 'disabled' and (redis.call('HGET', window, 'from') or '0') or stamp)
if what == 'disabled' or (what == 'enabled' and span > 0) then
  redis.call('HSET', window, 'hand', what)
end
if what == 'set' then
  redis.call('DEL', record)
  redis.call('HSET', record, 'status', state, 'successRate', ARGV[8], 'avgLatency', ARGV[9])
  if ARGV[10] ~= '' then
    redis.call('HSET', record, 'lastFailure', ARGV[10])
    redis.call('HSET', window, 'failed', ARGV[10])
  end
  redis.call('HSET', window, 'base',
    ARGV[8] .. ' ' .. ARGV[9] .. ' ' .. string.format('%.0f', math.floor(now / 60000)))
  if state ~= 'healthy' then redis.call('HSET', window, 'hand', 'record') end
else
  redis.call('HSET', record, 'status', state)
  if what == 'enabled' then
    redis.call('HSET', record, 'successRate', '1', 'avgLatency', '0')
  end
  redis.call('HSETNX', record, 'successRate', '1')
  redis.call('HSETNX', record, 'avgLatency', '0')
end
redis.call('HSET', window, 'wrote', written(read(record)))

local left = what == 'set' and 0 or span
if what == 'disabled' and span == 0 then left = 31536000000 end
redis.call('PEXPIRE', record, string.format('%.0f', math.max(tonumber(ARGV[2]), left > 0 and left + 60000 or 0)))
redis.call('PEXPIRE', window, string.format('%.0f', math.max(tonumber(ARGV[3]), left + 60000)))
if state ~= before then
  announce('provider-health-changed', 'before', before, 'after', state, 'reason', ARGV[6])
end
return {before, state, ARGV[6], '0', till, due, redis.call('HGETALL', record),
  redis.call('HGETALL', window), stamp, redis.call('PTTL', record)}
