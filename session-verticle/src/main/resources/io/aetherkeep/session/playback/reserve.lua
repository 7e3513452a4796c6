-- Adds a session to a user's index that has a limit.
-- KEYS    1 the index of the user's sessions
-- ARGV    1 see now.lua   2 the id   3 ms until it expires   4 the limit
--         5 'oldest-out' or 'refuse'   6 limit of other ids to answer
-- answers whether it was added, then the ids that were removed, or those that fill the index
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local excess = redis.call('ZCARD', KEYS[1]) + 1 - tonumber(ARGV[4])
if redis.call('ZSCORE', KEYS[1], ARGV[2]) then excess = excess - 1 end
local others = {}
if excess > 0 then
  local most = tonumber(ARGV[6])
  if ARGV[5] == 'refuse' then return {0, redis.call('ZRANGE', KEYS[1], 0, most - 1)} end
  others = redis.call('ZRANGE', KEYS[1], 0, math.min(excess, most) - 1)
  for _, other in ipairs(others) do redis.call('ZREM', KEYS[1], other) end
end
redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[2])
local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2]
redis.call('PEXPIRE', KEYS[1], math.max(1, math.ceil(last - now)))
return {1, others}
