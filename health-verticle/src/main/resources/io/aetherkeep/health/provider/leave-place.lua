-- Gives back a place among the disabled of a group, unless it was claimed anew meanwhile.
-- KEYS    1 the group
-- ARGV    1 the provider   2 a place that lasts as long as this or longer was claimed anew, in ms
repair(KEYS[1], 'zset')
local till = redis.call('ZSCORE', KEYS[1], ARGV[1])
if till and tonumber(till) < tonumber(ARGV[2]) then redis.call('ZREM', KEYS[1], ARGV[1]) end
return 1
