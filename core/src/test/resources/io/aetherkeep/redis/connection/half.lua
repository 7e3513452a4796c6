-- Writes two keys, the second by another command.
-- KEYS    1 a text   2 a hash
redis.call('SET', KEYS[1], '1')
return redis.call('HSET', KEYS[2], 'a', '1')
