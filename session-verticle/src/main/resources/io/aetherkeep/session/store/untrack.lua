-- Makes Redis drop client tracking of a key: only a change of the key does that, so a missing key
-- is created and removed in one step.
-- KEYS    1 the key
-- answers whether the key exists, and is left to change
if redis.call('EXISTS', KEYS[1]) == 1 then return 1 end
redis.call('SET', KEYS[1], '', 'PX', 1000)
redis.call('DEL', KEYS[1])
return 0
