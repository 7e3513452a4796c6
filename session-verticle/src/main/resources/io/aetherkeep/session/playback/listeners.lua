-- Who listens to a podcast, as every script that changes it does so.
--
-- A user counts as long as the last lease of the user's sessions. The leases of a user stand
-- together in an index by name, the last one last, so that nothing here walks through them.
-- KEYS begin with 1 the listeners   2 their users   3 the users' leases, 'user until session'
-- ARGV begin with what now.lua has.

-- Lets a session listen for so many ms; answers whether it did not before. A user is '' for nobody.
local function enters(session, user, millis)
  local before = tonumber(redis.call('ZSCORE', KEYS[1], session) or 0)
  local lease = string.format('%013.0f', now + millis)
  redis.call('ZADD', KEYS[1], lease, session)
  redis.call('ZADD', KEYS[2], lease, user == '' and ' ' .. session or user)
  if user ~= '' then
    redis.call('ZREM', KEYS[3], string.format('%s %013.0f %s', user, before, session))
    redis.call('ZREMRANGEBYLEX', KEYS[3], '[' .. user .. ' ',
      string.format('(%s %013.0f!', user, now))
    redis.call('ZADD', KEYS[3], 0, user .. ' ' .. lease .. ' ' .. session)
  end
  return before <= now
end

-- Takes a session off; answers how many were there.
local function leaves(session, user)
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
end

