-- Functions for the listeners of a podcast, shared by all scripts that change them.
--
-- A user counts until the last lease of the user's sessions ends. The leases of a user are
-- neighbours in an index by name, the longest last, so that no function walks through them.
-- KEYS begin with 1 the listeners   2 their users   3 the users' leases, 'user until session'
-- ARGV begin with those of now.lua.

-- Starts or renews a session's lease; answers whether the session is new. '' means no user.
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

-- Removes a session; answers how many were removed.
local function leaves(session, user)
  local before = tonumber(redis.call('ZSCORE', KEYS[1], session) or 0)
  local removed = redis.call('ZREM', KEYS[1], session)
  if user == '' then
    redis.call('ZREM', KEYS[2], ' ' .. session)
    return removed
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
  return removed
end

