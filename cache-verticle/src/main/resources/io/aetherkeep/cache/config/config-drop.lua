-- Drops a configuration that a system of record has changed, with every load of it under way.
-- KEYS    1 the configuration   2 its claim   3 its stale copy
-- answers nothing
-- Written first, so that those who keep copies are told even where nothing is here.
redis.call('SET', KEYS[1], '')
redis.call('UNLINK', KEYS[1], KEYS[2], KEYS[3])
return false
