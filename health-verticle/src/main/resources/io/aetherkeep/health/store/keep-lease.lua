-- Renews or returns a lease.
-- KEYS    1 the record   2 the window   3 the reservations   4 their tokens
-- ARGV    1 see now.lua   2 the lease   3 lifetime in ms from now on, 0 to return it
-- answers 1, or 0 if it has expired or its outcome was reported
repair(KEYS[3], 'zset')
repair(KEYS[4], 'hash')
release(now)
if redis.call('HEXISTS', KEYS[4], 'until:' .. ARGV[2]) == 0 then return 0 end
if ARGV[3] == '0' then
  forget(ARGV[2])
else
  redis.call('ZADD', KEYS[3], 'XX', now + ARGV[3], ARGV[2])
  redis.call('PEXPIRE', KEYS[3], 3600000)
  redis.call('PEXPIRE', KEYS[4], 3600000)
end
return 1
