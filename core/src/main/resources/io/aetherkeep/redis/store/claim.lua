-- Claims due entries for the length of a lease. A score with a fraction marks a lease.
-- KEYS    1 the list
-- ARGV    1 see now.lua   2 length of the lease in ms   3 limit of entries
-- answers the time, and the ids
repair(KEYS[1], 'zset')
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[3])
for _, id in ipairs(due) do redis.call('ZADD', KEYS[1], now + ARGV[2] + 0.5, id) end
return {now, due}
