-- Gives a session a lifetime of its own. Under the rule 'keep' a session that another service
-- opened gets it once, and activity does not restart it.
-- KEYS    1 the session   2 its facts
-- ARGV    1 the lifetime in ms   2 'slide' or 'keep', see lifetime.lua
-- answers whether the session exists
if redis.call('HEXISTS', KEYS[2], 'ended') == 1 then
  redis.call('UNLINK', KEYS[1])
  return 0
end
if redis.call('PEXPIRE', KEYS[1], ARGV[1]) == 0 then return 0 end
if ARGV[2] == 'slide' or redis.call('HEXISTS', KEYS[2], 'createdAt') == 1 then
  redis.call('HSET', KEYS[2], 'lifetime', ARGV[1])
end
redis.call('PEXPIRE', KEYS[2], ARGV[1] + 3600000)
return 1
