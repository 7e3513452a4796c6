-- Adds a session to an index in place of another one.
-- KEYS    1 the index
-- ARGV    1 see now.lua   2 ms until it expires   3 the id   4 the id that it replaces
-- answers 1
redis.call('ZREM', KEYS[1], ARGV[4])
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[3])
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return 1
