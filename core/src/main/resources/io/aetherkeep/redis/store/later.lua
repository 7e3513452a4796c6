-- Counts entries that are not due yet.
-- KEYS    1 the list
-- ARGV    1 see now.lua
-- answers their number
repair(KEYS[1], 'zset')
return redis.call('ZCOUNT', KEYS[1], '(' .. now, '+inf')
