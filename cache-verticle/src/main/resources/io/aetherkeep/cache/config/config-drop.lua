-- Drops a configuration that a system of record has changed, and ends every load of it.
-- KEYS    1 the configuration   2 its claim   3 its stale copy
-- answers nothing
-- SET comes first, so that Redis notifies the near caches even if the key does not exist here.
redis.call('SET', KEYS[1], '')
redis.call('UNLINK', KEYS[1], KEYS[2], KEYS[3])
return false
