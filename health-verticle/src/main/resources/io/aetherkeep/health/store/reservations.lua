-- Functions for reservations of a provider's calls, shared by the scripts that lease, renew and
-- settle them.
-- KEYS    3 the reservations, by their expiry
--         4 the tokens of each; their 'sum'; and until its outcome is reported, the expiry that
--         the reservation has afterwards, as 'until:' with its id

-- Removes a reservation and subtracts its tokens.
local function forget(lease)
  local tokens = finite(redis.call('HGET', KEYS[4], lease))
  redis.call('ZREM', KEYS[3], lease)
  redis.call('HDEL', KEYS[4], lease, 'until:' .. lease)
  redis.call('HSET', KEYS[4], 'sum',
    string.format('%.0f', math.max(0, finite(redis.call('HGET', KEYS[4], 'sum')) - tokens)))
end
-- Removes expired reservations.
local function release(now)
  for _, lease in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now, 'LIMIT', 0, 1000)) do
    forget(lease)
  end
end

