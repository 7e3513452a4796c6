-- Acquires or renews the lease of an endpoint's deliveries for a node.
-- KEYS    1 the owner   2 the endpoints
-- ARGV    1 the node   2 the lease in ms   3 the endpoint
-- answers 1 if it is the owner, else 0
-- A node may not know yet that another one deleted the endpoint: it would create its group again.
if redis.call('HEXISTS', KEYS[2], ARGV[3]) == 0 then return 0 end
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
