-- Claims one of a group's places for disabled providers, whose number keeps others available.
-- KEYS    1 the group
-- ARGV    1 see now.lua   2 the provider   3 end of the claim in ms   4 number of places
-- answers whether a place was free
repair(KEYS[1], 'zset')
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if not redis.call('ZSCORE', KEYS[1], ARGV[2])
  and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[4]) then
  return 0
end
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[2])
local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2]
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.max(1, last - now)))
return 1
