-- Changes an endpoint by compare-and-set.
-- KEYS    1 the endpoints
-- ARGV    1 its id   2 the expected value, '' for none   3 the new value, '' to remove it
--         4 limit of endpoints
-- answers 1 changed, 0 the value has changed meanwhile, -1 the limit is reached
repair(KEYS[1], 'hash')
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
  return 1
end
if ARGV[2] == '' and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[4]) then return -1 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
