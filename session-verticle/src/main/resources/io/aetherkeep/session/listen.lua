-- Lets sessions listen to a podcast, or goes on to, until their leases are over.
--
-- A user counts as long as the last lease of the user's sessions. The leases of a user stand
-- together in an index by name, the last one last, so that nothing here walks through them.
-- KEYS    1 the listeners   2 their users   3 the users' leases, 'user until session'
--         4 the audience
-- ARGV    1 see now.lua   2 how long the leases last, in ms
--         then a session and its user in turn, '' for nobody
-- answers how many of them came that were not there
local came, lease = 0, string.format('%013.0f', now + ARGV[2])

for i = 3, #ARGV, 2 do
  local session, user = ARGV[i], ARGV[i + 1]
  local before = tonumber(redis.call('ZSCORE', KEYS[1], session) or 0)
  if before <= now then came = came + 1 end
  redis.call('ZADD', KEYS[1], lease, session)
  redis.call('ZADD', KEYS[2], lease, user == '' and ' ' .. session or user)
  if user ~= '' then
    redis.call('ZREM', KEYS[3], string.format('%s %013.0f %s', user, before, session))
    redis.call('ZREMRANGEBYLEX', KEYS[3], '[' .. user .. ' ',
      string.format('(%s %013.0f!', user, now))
    redis.call('ZADD', KEYS[3], 0, user .. ' ' .. lease .. ' ' .. session)
  end
end
for i = 1, 3 do redis.call('PEXPIRE', KEYS[i], ARGV[2]) end
if came > 0 then
  local count = redis.call('ZCOUNT', KEYS[1], '(' .. now, '+inf')
  local this = math.floor(now / 3600000)
  local hour = string.format('peak:%.0f', this)
  local peak = redis.call('HGET', KEYS[4], hour)
  if not peak then
    for _, field in ipairs(redis.call('HKEYS', KEYS[4])) do
      local old = string.match(field, '^peak:(%d+)$')
      if old and tonumber(old) < this - 24 then redis.call('HDEL', KEYS[4], field) end
    end
  end
  if count > (tonumber(peak or '0') or 0) then redis.call('HSET', KEYS[4], hour, count) end
  redis.call('PEXPIRE', KEYS[4], 90000000)
end
return came
