-- Removes what belongs to a session that has expired. Its facts stay as one field with its number
-- and user, until the expiry is announced (forget-expired.lua), so that another node can announce
-- it with its user.
-- KEYS    1 the session   2 its facts   3 its tail   4 its appends
-- ARGV    1 the default lifetime in ms
-- answers remaining ms if it lives, -1 if it has expired, -2 if it was ended, or written anew since
--         it expired; then its user, its number, and the id that it replaces while a rotation is
--         under way
local facts = redis.call('HMGET', KEYS[2], 'ended', 'lifetime', 'user', 'number', 'from', 'expired')
-- A session that was adopted since has facts of its own again.
local repeated = facts[6] and not facts[3]
if facts[1] and not repeated then return {-2} end
local left = redis.call('PTTL', KEYS[1])
if left == -1 then
  left = tonumber(facts[2] or ARGV[1])
  redis.call('PEXPIRE', KEYS[1], left)
end
if left > 0 then
  if repeated then return {-2} end
  redis.call('PEXPIRE', KEYS[2], left + 3600000)
  return {left, facts[3] or '', facts[4] or '', facts[5] or ''}
end
local user, number = facts[3] or '', facts[4] or ''
if repeated then
  number, user = string.match(facts[6], '^(%d*) ?(.*)$')
else
  -- First the event: if Redis refuses it, the repetition still finds the user.
  announce('session-expired', 'user', user)
  redis.call('UNLINK', KEYS[2], KEYS[3], KEYS[4])
  redis.call('HSET', KEYS[2], 'expired', number .. ' ' .. user)
end
if not facts[1] then redis.call('PEXPIRE', KEYS[2], 3600000) end
return {-1, user, number, ''}
