-- Reservations of a provider's calls, as the scripts that lease and settle them know them.
-- KEYS    3 the reservations, by when each ends   4 the tokens of each, and 'sum'

-- Gives back the tokens of a reservation.
local function forget(lease)
  local tokens = finite(redis.call('HGET', KEYS[4], lease))
  redis.call('ZREM', KEYS[3], lease)
  redis.call('HDEL', KEYS[4], lease)
  redis.call('HSET', KEYS[4], 'sum',
    string.format('%.0f', math.max(0, finite(redis.call('HGET', KEYS[4], 'sum')) - tokens)))
end
-- Gives back what has ended.
local function release(now)
  for _, lease in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now, 'LIMIT', 0, 1000)) do
    forget(lease)
  end
end

