-- Does what the user of the test may not do.
-- KEYS    1 a key
-- ARGV    1 'write', 'fault', 'count', or 'rethrow' and 'rethrow-placed', which write and throw Redis's error again
if ARGV[1] == 'fault' then return 1 + nil end
if ARGV[1] == 'count' then return redis.call('HINCRBY', KEYS[1], 'n', 1) end
if ARGV[1] == 'write' then return redis.call('SET', KEYS[1], '1') end
local fine, why = pcall(redis.call, 'SET', KEYS[1], '1')
if not fine then error(why, ARGV[1] == 'rethrow' and 0 or 1) end
