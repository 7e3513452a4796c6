-- Counts what is not due yet.
-- KEYS    1 the index
-- ARGV    1 see now.lua
-- answers how many
return redis.call('ZCOUNT', KEYS[1], '(' .. now, '+inf')
