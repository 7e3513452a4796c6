-- Takes a session off those who listen to a podcast.
-- KEYS    1 the listeners   2 their users   3 the users' sessions
-- ARGV    1 now in ms   2 the session   3 its user or ''
-- answers whether it was there
local now, session, user = tonumber(ARGV[1]), ARGV[2], ARGV[3]
local gone = redis.call('ZREM', KEYS[1], session)
if user == '' then
  redis.call('ZREM', KEYS[2], ' ' .. session)
  return gone
end
local kept, last = {}, 0
for other in string.gmatch(redis.call('HGET', KEYS[3], user) or '', '%S+') do
  local score = other ~= session and tonumber(redis.call('ZSCORE', KEYS[1], other) or 0) or 0
  if score > now then
    kept[#kept + 1] = other
    last = math.max(last, score)
  end
end
if #kept == 0 then
  redis.call('ZREM', KEYS[2], user)
  redis.call('HDEL', KEYS[3], user)
else
  redis.call('ZADD', KEYS[2], string.format('%.0f', last), user)
  redis.call('HSET', KEYS[3], user, table.concat(kept, ' '))
end
return gone
