-- Acquires or renews the lease of an endpoint's deliveries for a node.
-- KEYS    1 the owner
-- ARGV    1 the node   2 the lease in ms
-- answers 1 if it is the owner, else 0
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
