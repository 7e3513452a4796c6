-- Puts down what somebody decided of a provider.
-- KEYS    1 the record   2 the window
-- ARGV    1 now in ms   2 the record's lifetime in ms   3 the window's
--         4 'disabled', 'enabled' or 'set'   5 until when in ms, 0 for any time   6 why
--         then for 'set': the status, the success rate, the average latency, the last failure or ''
-- answers what outcomes.lua does
local record, window, what, till = KEYS[1], KEYS[2], ARGV[4], tonumber(ARGV[5])
local due = redis.call('HGET', window, 'until') or '0'
local known = redis.call('HGET', window, 'state') or redis.call('HGET', record, 'status')
local before = (known == 'degraded' or known == 'disabled') and known or 'healthy'
local state = what == 'disabled' and 'disabled' or what == 'set' and ARGV[7] or 'healthy'

if what ~= 'disabled' then redis.call('DEL', window) end
redis.call('HSET', window, 'state', state, 'why', ARGV[6], 'until', ARGV[5], 'trial', '0',
  'from', what == 'disabled' and (redis.call('HGET', window, 'from') or '0') or ARGV[1])
if what == 'disabled' or (what == 'enabled' and till > 0) then
  redis.call('HSET', window, 'hand', what)
end
if what == 'set' then
  redis.call('DEL', record)
  redis.call('HSET', record, 'status', state, 'successRate', ARGV[8], 'avgLatency', ARGV[9])
  if ARGV[10] ~= '' then
    redis.call('HSET', record, 'lastFailure', ARGV[10])
    redis.call('HSET', window, 'failed', ARGV[10])
  end
else
  redis.call('HSET', record, 'status', state)
  if what == 'enabled' then
    redis.call('HSET', record, 'successRate', '1', 'avgLatency', '0')
  end
  redis.call('HSETNX', record, 'successRate', '1')
  redis.call('HSETNX', record, 'avgLatency', '0')
end

local left = 0
if what == 'disabled' or till > 0 then
  left = till == 0 and 31536000000 or math.max(0, till - ARGV[1])
end
redis.call('PEXPIRE', record, string.format('%.0f', math.max(tonumber(ARGV[2]), left + 60000)))
redis.call('PEXPIRE', window, string.format('%.0f', math.max(tonumber(ARGV[3]), left + 60000)))
return {before, state, ARGV[6], '0', ARGV[5], due, redis.call('HGETALL', record),
  redis.call('HGETALL', window)}
