-- Reads a key that it is not told of.
-- KEYS    1 any
-- ARGV    1 the key
-- answers its value
return redis.call('GET', ARGV[1])
