-- Takes a place among the sessions of a user, of whom each may have so many.
-- KEYS    1 the index of the user's sessions
-- ARGV    1 see now.lua   2 the id   3 in how many ms it is over   4 how many there may be
--         5 'oldest-out' or 'refuse'   6 how many others to name at most
-- answers whether a place was taken, then the ids that had to give way, or those in the way
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local over = redis.call('ZCARD', KEYS[1]) + 1 - tonumber(ARGV[4])
if redis.call('ZSCORE', KEYS[1], ARGV[2]) then over = over - 1 end
local others = {}
if over > 0 then
  local most = tonumber(ARGV[6])
  if ARGV[5] == 'refuse' then return {0, redis.call('ZRANGE', KEYS[1], 0, most - 1)} end
  others = redis.call('ZRANGE', KEYS[1], 0, math.min(over, most) - 1)
  for _, other in ipairs(others) do redis.call('ZREM', KEYS[1], other) end
end
redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[2])
local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2]
redis.call('PEXPIRE', KEYS[1], math.max(1, math.ceil(last - now)))
return {1, others}
