-- Counts an outcome in a window of 15 minutes and the last 100 latencies; stores the provider's
-- record.
-- KEYS: the provider
-- ARGV: the outcome
-- Answers the record
local outcome = cjson.decode(ARGV[1])
local time = redis.call('TIME')
local minute = math.floor(time[1] / 60)
local window, latencies = 'bare:window:' .. KEYS[1], 'bare:latencies:' .. KEYS[1]
redis.call('HINCRBY', window, minute .. (outcome.success and ':ok' or ':failed'), 1)
redis.call('LPUSH', latencies, outcome.latencyMs)
redis.call('LTRIM', latencies, 0, 99)
local counts = redis.call('HGETALL', window)
local ok, all = 0, 0
for i = 1, #counts, 2 do
  local at, kind = counts[i]:match('^(%d+):(%a+)$')
  if tonumber(at) <= minute - 15 then
    redis.call('HDEL', window, counts[i])
  else
    all = all + counts[i + 1]
    if kind == 'ok' then ok = ok + counts[i + 1] end
  end
end
local sum, last = 0, redis.call('LRANGE', latencies, 0, 99)
for _, latency in ipairs(last) do sum = sum + latency end
local rate = ok / all
local status = rate < 0.5 and 'disabled' or rate < 0.9 and 'degraded' or 'healthy'
redis.call('HSET', KEYS[1], 'status', status, 'successRate', tostring(rate), 'avgLatency', tostring(sum / #last))
redis.call('PEXPIRE', KEYS[1], 300000)
redis.call('PEXPIRE', window, 900000)
redis.call('PEXPIRE', latencies, 900000)
redis.call('ZADD', 'bare:providers', time[1], KEYS[1])
return cjson.encode({status = status, successRate = rate, avgLatencyMs = sum / #last})
