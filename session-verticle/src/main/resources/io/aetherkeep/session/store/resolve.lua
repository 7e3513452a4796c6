-- Decides a rotation whose node has died: it is complete if the old session was ended by it;
-- otherwise it is rolled back for good.
-- KEYS    1 the old session   2 its facts
-- ARGV    1 the id of its copy
-- answers whether the session continues under that id
local ended = redis.call('HGET', KEYS[2], 'ended')
if ended == ARGV[1] then return 1 end
if not ended and redis.call('EXISTS', KEYS[1]) == 1 then
  redis.call('HSET', KEYS[2], 'void', ARGV[1])
  if redis.call('TTL', KEYS[2]) < 0 then
    redis.call('PEXPIRE', KEYS[2], redis.call('PTTL', KEYS[1]) + 3600000)
  end
end
return 0
