-- Stores a session's user and its number in the user's index. Its lifetime stays unchanged.
-- KEYS    1 the session   2 its facts
-- ARGV    1 its user   2 its number, or ''
-- answers whether the session exists
local left = redis.call('PTTL', KEYS[1])
if left < 0 or redis.call('HEXISTS', KEYS[2], 'ended') == 1 then return 0 end
redis.call('HSET', KEYS[2], 'user', ARGV[1])
if ARGV[2] == '' then
  redis.call('HDEL', KEYS[2], 'number')
else
  redis.call('HSET', KEYS[2], 'number', ARGV[2])
end
redis.call('PEXPIRE', KEYS[2], left + 3600000)
return 1
