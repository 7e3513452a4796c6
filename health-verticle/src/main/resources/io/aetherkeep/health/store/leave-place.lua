-- Frees a provider's place in a group, unless it was claimed again in the meantime.
-- KEYS    1 the group
-- ARGV    1 the provider   2 time in ms: a claim that ends then or later is a new one
repair(KEYS[1], 'zset')
local till = redis.call('ZSCORE', KEYS[1], ARGV[1])
if till and tonumber(till) < tonumber(ARGV[2]) then redis.call('ZREM', KEYS[1], ARGV[1]) end
return 1
