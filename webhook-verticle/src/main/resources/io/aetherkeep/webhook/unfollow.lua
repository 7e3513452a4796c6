-- Removes all data of an endpoint.
-- KEYS    1 the outbox   2 its counters   3 the endpoint's attempts   4 its dead letters
--         5 its owner
-- ARGV    1 the endpoint
-- answers 1
redis.pcall('XGROUP', 'DESTROY', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], 'read:' .. ARGV[1], 'dropped:' .. ARGV[1])
redis.call('UNLINK', KEYS[3], KEYS[4], KEYS[5])
return 1
