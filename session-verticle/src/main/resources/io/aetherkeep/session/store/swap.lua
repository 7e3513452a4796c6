-- Puts a new value over the one that was read, and starts the lifetime anew.
-- KEYS    1 the session   2 its facts
-- ARGV    1 the value that was read   2 the new one   3 the usual lifetime in ms
--         4 'slide' or 'keep', see lifetime.lua   5 its user
--         6 its number among that one's sessions, or '' where it has one
-- answers nothing where there is no session, 1 and ms left where it was put, or 0 and then what
--         a read answers where the value is another by now
local facts = redis.call('HMGET', KEYS[2], 'ended', 'lifetime', 'createdAt', 'user', 'number', 'from')
if facts[1] then
  redis.call('UNLINK', KEYS[1])
  return false
end
local value = redis.call('GET', KEYS[1])
if not value then return false end
if value ~= ARGV[1] then
  return {0, value, redis.call('PTTL', KEYS[1]), facts[2], facts[3], facts[4],
    facts[5], facts[6]}
end
redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
owned(ARGV[5], ARGV[6], facts[4])
return {1, (start_lifetime(ARGV[3], ARGV[4], facts[2], facts[3]))}
