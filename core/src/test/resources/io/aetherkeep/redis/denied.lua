-- Does what the user of the test may not do.
-- KEYS    1 a key
-- ARGV    1 'write', 'fault' or 'count'
if ARGV[1] == 'fault' then return 1 + nil end
if ARGV[1] == 'count' then return redis.call('HINCRBY', KEYS[1], 'n', 1) end
return redis.call('SET', KEYS[1], '1')
