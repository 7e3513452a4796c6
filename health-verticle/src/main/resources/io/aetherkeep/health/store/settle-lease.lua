-- Settles a lease whose call was made: it counts to the end of its minute, with the used tokens.
-- KEYS    1 the record   2 the window   3 the reservations   4 their tokens
-- ARGV    1 see now.lua   2 the lease   3 the used tokens, '' if unknown
-- answers 1, or 0 if the reservation has expired
-- Any text may be sent as a lease, also the name of another field of the tokens.
if not redis.call('ZSCORE', KEYS[3], ARGV[2]) then return 0 end
local reserved = redis.call('HGET', KEYS[4], ARGV[2])
if not reserved then return 0 end
local counts = redis.call('HGET', KEYS[4], 'until:' .. ARGV[2])
if counts then
  redis.call('ZADD', KEYS[3], 'XX', finite(counts), ARGV[2])
  redis.call('HDEL', KEYS[4], 'until:' .. ARGV[2])
end
if ARGV[3] == '' then return 1 end
local sum = finite(redis.call('HGET', KEYS[4], 'sum')) - finite(reserved) + tonumber(ARGV[3])
redis.call('HSET', KEYS[4], ARGV[2], ARGV[3], 'sum', string.format('%.0f', math.max(0, sum)))
return 1
