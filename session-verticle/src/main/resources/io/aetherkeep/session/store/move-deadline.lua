-- Makes a session due now that Redis reported as expired, unless a node has claimed it.
-- KEYS    1 the index
-- ARGV    1 see now.lua   2 the id
-- answers whether it is due now
local score = redis.call('ZSCORE', KEYS[1], ARGV[2])
if not score or score % 1 ~= 0 then return 0 end
redis.call('ZADD', KEYS[1], now, ARGV[2])
return 1
