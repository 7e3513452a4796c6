-- Reads a key that is not in KEYS.
-- KEYS    1 any
-- ARGV    1 the key
-- answers its value
return redis.call('GET', ARGV[1])
