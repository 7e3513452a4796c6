-- Enters a cache entry under a tag, and drops those that have expired since.
-- KEYS    1 the tag's sorted set: entries, each with the time at which it expires
-- ARGV    1 the entry's key   2 its lifetime in ms
-- answers nothing
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ends = now + tonumber(ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZADD', KEYS[1], 'GT', ends, ARGV[1])
local longest = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', longest[2]))
return false
