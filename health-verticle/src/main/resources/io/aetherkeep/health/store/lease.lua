-- Reserves a call to a provider against the rate limits that all callers share.
-- KEYS    1 the record   2 the window   3 the reservations, by their expiry
--         4 the tokens of each, and 'sum'
-- ARGV    1 see now.lua   2 the lease   3 tokens   4 requests a minute, 0 for no limit
--         5 tokens a minute, 0 for no limit
--         6 ms for which the reservation counts if its outcome is reported
--         7 ms for which it counts otherwise, unless its holder renews it
-- answers 1 if reserved, else 0; ms until a retry; the 95th percentile of the times to the first
--         token in ms, or ''
-- A reservation counts for a minute after the deadline of its call. It ends earlier if its holder
-- neither renews it nor reports an outcome, which means that the holder has died.
repair(KEYS[3], 'zset')
repair(KEYS[4], 'hash')
local seen = redis.call('HMGET', KEYS[2], 'state', 'until', 'ttfts', 'wrote', 'hand')
local state, till, wrote, hand = seen[1], finite(seen[2]), seen[4], seen[5]
local samples = {}
for number in string.gmatch(seen[3] or '', '%d+') do samples[#samples + 1] = tonumber(number) end
table.sort(samples)
local hedge = #samples > 0 and samples[math.ceil(#samples * 0.95)] or ''
-- A record that another service wrote or removed since the last outcome is in force, unless there is
-- a manual override or a Retry-After; outcomes.lua takes it over.
local exists = redis.call('TYPE', KEYS[1]).ok == 'hash'
local r = exists and read(KEYS[1]) or {}
local status = state or r.status
if hand ~= 'disabled' and hand ~= 'enabled' and hand ~= 'rest' then
  if exists and written(r) ~= wrote and (wrote or r.status ~= state) then
    local left = redis.call('PTTL', KEYS[1])
    status, till = r.status, left > 0 and now + left or 0
  elseif hand == 'record' and not exists then
    status = 'healthy'
  end
end
if status == 'disabled' and (till == 0 or till > now) then
  return {0, till > now and math.ceil(till - now) or 60000, hedge}
end
release(now)
local requests = redis.call('ZCARD', KEYS[3])
local tokens = finite(redis.call('HGET', KEYS[4], 'sum'))
local most, most_tokens, wanted = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[3])
local function fits()
  return (most == 0 or requests < most) and (most_tokens == 0 or tokens + wanted <= most_tokens)
end
if not fits() then
  local first = redis.call('ZRANGE', KEYS[3], 0, 99, 'WITHSCORES')
  for i = 1, #first, 2 do
    requests = requests - 1
    tokens = tokens - finite(redis.call('HGET', KEYS[4], first[i]))
    if fits() then return {0, math.max(1, math.ceil(first[i + 1] - now)), hedge} end
  end
  return {0, 1000, hedge}
end
redis.call('ZADD', KEYS[3], now + ARGV[7], ARGV[2])
redis.call('HSET', KEYS[4], ARGV[2], wanted, 'sum', string.format('%.0f', tokens + wanted),
  'until:' .. ARGV[2], string.format('%.0f', now + ARGV[6]))
redis.call('PEXPIRE', KEYS[3], 3600000)
redis.call('PEXPIRE', KEYS[4], 3600000)
return {1, 0, hedge}
