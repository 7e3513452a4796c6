-- Counts who listens to a podcast, clears up after those whose leases are over, a bounded number
-- at a time, and notes the count as told, at most once a second.
-- KEYS    1 the listeners   2 their users   3 the users' leases, 'user until session'
--         4 the audience
-- ARGV    1 see now.lua   2 how many to clear up at most   3 how many ms between two tellings
-- answers whether it is to be told, the listeners, the users, when it is to be counted next, or -1
local most = tonumber(ARGV[2])
local listeners = redis.call('ZCOUNT', KEYS[1], '(' .. now, '+inf')
local users = redis.call('ZCOUNT', KEYS[2], '(' .. now, '+inf')
local dead = redis.call('ZCOUNT', KEYS[1], '-inf', now)
if dead > 0 then redis.call('ZREMRANGEBYRANK', KEYS[1], 0, math.min(dead, most) - 1) end
local over = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, most)
for i = 1, #over do
  redis.call('ZREM', KEYS[2], over[i])
  redis.call('ZREMRANGEBYLEX', KEYS[3], '[' .. over[i] .. ' ', '(' .. over[i] .. '!')
end
local told = redis.call('HMGET', KEYS[4], 'listeners', 'users', 'at')
local changed = (tonumber(told[1] or 0) or 0) ~= listeners or (tonumber(told[2] or 0) or 0) ~= users
local soonest = (tonumber(told[3] or 0) or 0) + ARGV[3]
if changed and soonest > now and soonest <= now + ARGV[3] then
  return {0, listeners, users, string.format('%.0f', soonest)}
end
if changed then
  redis.call('HSET', KEYS[4], 'listeners', listeners, 'users', users, 'at', now)
  redis.call('PEXPIRE', KEYS[4], 90000000)
end
local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
local next = first and math.max(tonumber(first), now + ARGV[3]) or -1
return {changed and 1 or 0, listeners, users, string.format('%.0f', next)}
