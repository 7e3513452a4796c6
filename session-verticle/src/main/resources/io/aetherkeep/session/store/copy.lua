-- Reads all of a session, for a copy under another id.
-- KEYS    1 the session   2 its facts   3 its tail   4 its appends
-- ARGV    1 the default lifetime in ms   2 'slide' or 'keep', see lifetime.lua
-- answers nothing, or: DUMP of the session, the lifetime in ms, its own lifetime, its creation
--         time, its user, DUMP of the tail and of the appends, the size of the tail in bytes, and
--         the marks of its history, see layout.lua: listed, fielded, behind
local facts = redis.call('HMGET', KEYS[2], 'ended', 'lifetime', 'createdAt', 'user', 'tail',
  'listed', 'fielded', 'behind')
if facts[1] then
  redis.call('UNLINK', KEYS[1])
  return false
end
local dump = redis.call('DUMP', KEYS[1])
if not dump then return false end
local lifetime, own = lifetime_after_activity(ARGV[1], ARGV[2], facts[2], facts[3])
return {
  dump, lifetime, own, facts[3], facts[4],
  redis.call('DUMP', KEYS[3]), redis.call('DUMP', KEYS[4]), facts[5],
  facts[6], facts[7], facts[8]
}
