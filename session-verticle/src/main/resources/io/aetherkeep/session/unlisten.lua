-- Takes a session off those who listen to a podcast.
-- KEYS    1 the listeners   2 their users   3 the users' leases, 'user until session'
-- ARGV    1 see now.lua   2 the session   3 its user or ''
-- answers whether it was there
local session, user = ARGV[2], ARGV[3]
local before = tonumber(redis.call('ZSCORE', KEYS[1], session) or 0)
local gone = redis.call('ZREM', KEYS[1], session)
if user == '' then
  redis.call('ZREM', KEYS[2], ' ' .. session)
  return gone
end
redis.call('ZREM', KEYS[3], string.format('%s %013.0f %s', user, before, session))
local last = redis.call('ZREVRANGEBYLEX', KEYS[3], '(' .. user .. '!', '[' .. user .. ' ',
  'LIMIT', 0, 1)[1]
local lease = last and tonumber(string.match(string.sub(last, #user + 2), '^%d+')) or 0
if lease > now then
  redis.call('ZADD', KEYS[2], lease, user)
else
  redis.call('ZREM', KEYS[2], user)
  redis.call('ZREMRANGEBYLEX', KEYS[3], '[' .. user .. ' ', '(' .. user .. '!')
end
return gone
