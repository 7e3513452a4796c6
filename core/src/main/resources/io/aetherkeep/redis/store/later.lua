-- Counts what is not due yet.
-- KEYS    1 the index
-- ARGV    1 see now.lua
-- answers how many
repair(KEYS[1], 'zset')
return redis.call('ZCOUNT', KEYS[1], '(' .. now, '+inf')
