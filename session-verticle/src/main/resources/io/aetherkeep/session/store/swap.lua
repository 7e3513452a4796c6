-- Replaces a session's value by compare-and-set, and restarts the lifetime.
-- KEYS    1 the session   2 its facts
-- ARGV    1 the value that was read   2 the new one   3 the default lifetime in ms
--         4 'slide' or 'keep', see lifetime.lua   5 its user
--         6 its number in the user's index, or '' to keep it
-- answers nothing where there is no session, 1 and ms left where it was written, or 0 and then the
--         reply of read.lua where the value has changed
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
local lifetime = lifetime_after_activity(ARGV[3], ARGV[4], facts[2], facts[3])
redis.call('SET', KEYS[1], ARGV[2], 'PX', lifetime)
store_owner(ARGV[5], ARGV[6], facts[4])
redis.call('PEXPIRE', KEYS[2], lifetime + 3600000)
return {1, lifetime}
