-- Changes an endpoint where it is still what was read.
-- KEYS    1 the endpoints
-- ARGV    1 its id   2 what it must be still, '' for none   3 what it is from now on, '' to remove it
--         4 how many there may be
-- answers 1 changed, 0 it is another by now, -1 there are too many
repair(KEYS[1], 'hash')
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
  return 1
end
if ARGV[2] == '' and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[4]) then return -1 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
