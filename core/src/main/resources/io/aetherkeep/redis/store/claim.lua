-- Takes what is due from an index, for as long as a lease lasts; a score with a half is a lease.
-- KEYS    1 the index
-- ARGV    1 see now.lua   2 how long the lease lasts, in ms   3 how many at most
-- answers the time, and the ids
repair(KEYS[1], 'zset')
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[3])
for _, id in ipairs(due) do redis.call('ZADD', KEYS[1], now + ARGV[2] + 0.5, id) end
return {now, due}
