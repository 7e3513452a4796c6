-- Adds a key to an index and drops some expired keys. An index of another type, which another
-- service must have written, is replaced.
-- KEYS    1 the index, a sorted set: keys, each with the time at which it expires
-- ARGV    1 the key   2 its lifetime in ms
-- answers nothing
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local over = redis.pcall('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, 100)
if over.err then
  redis.call('UNLINK', KEYS[1])
  over = {}
end
for _, key in ipairs(over) do redis.call('ZREM', KEYS[1], key) end
redis.call('ZADD', KEYS[1], 'GT', now + tonumber(ARGV[2]), ARGV[1])
local longest = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', longest[2]))
return false
