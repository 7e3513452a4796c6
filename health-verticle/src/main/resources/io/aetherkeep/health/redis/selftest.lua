-- Writes and reads a key, to check that scripts run.
-- KEYS    1 a private key
-- ARGV    1 a text   2 its lifetime in ms
-- answers the text
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return redis.call('GET', KEYS[1])
