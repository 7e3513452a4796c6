-- Lets sessions listen to a podcast, or goes on to, until their leases are over.
-- KEYS    1 the listeners   2 their users   3 the users' sessions   4 the audience
-- ARGV    1 now in ms   2 until when   3 the hour, counted from 1970
--         then a session and its user in turn, '' for nobody
-- answers how many of them came that were not there
local now, lease, came = tonumber(ARGV[1]), ARGV[2], 0

local function alive(session)
  local score = redis.call('ZSCORE', KEYS[1], session)
  return score and tonumber(score) > now
end

-- A user's sessions, without those that are over.
local function among(user, session)
  local those = redis.call('HGET', KEYS[3], user)
  if those == session then return end
  local kept = {session}
  for other in string.gmatch(those or '', '%S+') do
    if other ~= session and alive(other) then kept[#kept + 1] = other end
  end
  redis.call('HSET', KEYS[3], user, table.concat(kept, ' '))
end

for i = 4, #ARGV, 2 do
  local session, user = ARGV[i], ARGV[i + 1]
  if not alive(session) then came = came + 1 end
  redis.call('ZADD', KEYS[1], lease, session)
  redis.call('ZADD', KEYS[2], lease, user == '' and ' ' .. session or user)
  if user ~= '' then among(user, session) end
end
for i = 1, 3 do redis.call('PEXPIRE', KEYS[i], lease - now) end
if came > 0 then
  local count = redis.call('ZCOUNT', KEYS[1], '(' .. ARGV[1], '+inf')
  local hour = 'peak:' .. ARGV[3]
  local peak = redis.call('HGET', KEYS[4], hour)
  if not peak then
    for _, field in ipairs(redis.call('HKEYS', KEYS[4])) do
      local old = string.match(field, '^peak:(%d+)$')
      if old and tonumber(old) < ARGV[3] - 24 then redis.call('HDEL', KEYS[4], field) end
    end
  end
  if count > (tonumber(peak or '0') or 0) then redis.call('HSET', KEYS[4], hour, count) end
  redis.call('PEXPIRE', KEYS[4], 90000000)
end
return came
