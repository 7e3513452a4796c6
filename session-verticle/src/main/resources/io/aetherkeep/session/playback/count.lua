-- Counts the listeners of a podcast, removes expired leases, and stores the count as announced, at
-- most once a second.
-- KEYS    1 the listeners   2 their users   3 the users' leases, 'user until session'
--         4 the audience
-- ARGV    1 see now.lua   2 limit of leases to remove   3 ms between two announcements
-- answers whether to announce the count, the listeners, the users, when to count again, or -1
local most = tonumber(ARGV[2])
local listeners = redis.call('ZCOUNT', KEYS[1], '(' .. now, '+inf')
local users = redis.call('ZCOUNT', KEYS[2], '(' .. now, '+inf')
local expired_listeners = redis.call('ZCOUNT', KEYS[1], '-inf', now)
if expired_listeners > 0 then
  redis.call('ZREMRANGEBYRANK', KEYS[1], 0, math.min(expired_listeners, most) - 1)
end
local expired = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, most)
for i = 1, #expired do
  redis.call('ZREM', KEYS[2], expired[i])
  redis.call('ZREMRANGEBYLEX', KEYS[3], '[' .. expired[i] .. ' ', '(' .. expired[i] .. '!')
end
local announced = redis.call('HMGET', KEYS[4], 'listeners', 'users', 'at')
local changed = (tonumber(announced[1] or 0) or 0) ~= listeners
  or (tonumber(announced[2] or 0) or 0) ~= users
local earliest = (tonumber(announced[3] or 0) or 0) + ARGV[3]
if changed and earliest > now and earliest <= now + ARGV[3] then
  return {0, listeners, users, string.format('%.0f', earliest)}
end
if changed then
  redis.call('HSET', KEYS[4], 'listeners', listeners, 'users', users, 'at', now)
  redis.call('PEXPIRE', KEYS[4], 90000000)
end
local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
local next = first and math.max(tonumber(first), now + ARGV[3]) or -1
return {changed and 1 or 0, listeners, users, string.format('%.0f', next)}
