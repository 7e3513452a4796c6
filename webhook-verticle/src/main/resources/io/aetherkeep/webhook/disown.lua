-- Releases the lease of an endpoint's deliveries, if the node holds it.
-- KEYS    1 the owner
-- ARGV    1 the node
-- answers 1
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
