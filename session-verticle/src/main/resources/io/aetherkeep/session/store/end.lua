-- Removes what belongs to a session that has expired. Its facts stay, marked, until the expiry is
-- announced (forget-expired.lua), so that another node can announce it with its user.
-- KEYS    1 the session   2 its facts   3 its tail   4 its appends
-- ARGV    1 the default lifetime in ms
-- answers remaining ms if it lives, -1 if it has expired, -2 if it was ended; then its user, its
--         number, and the id that it replaces while a rotation is under way
local facts = redis.call('HMGET', KEYS[2], 'ended', 'lifetime', 'user', 'number', 'from', 'expired')
if facts[1] and not facts[6] then return {-2} end
local left = redis.call('PTTL', KEYS[1])
if left == -1 then
  left = tonumber(facts[2] or ARGV[1])
  redis.call('PEXPIRE', KEYS[1], left)
end
if left > 0 then
  redis.call('PEXPIRE', KEYS[2], left + 3600000)
  if facts[6] then redis.call('HDEL', KEYS[2], 'expired') end
else
  left = -1
  redis.call('UNLINK', KEYS[3], KEYS[4])
  if not facts[6] then
    announce('session-expired', 'user', facts[3] or '')
    redis.call('HSET', KEYS[2], 'expired', 1)
    redis.call('PEXPIRE', KEYS[2], 3600000)
  end
end
return {left, facts[3] or '', facts[4] or '', facts[5] or ''}
