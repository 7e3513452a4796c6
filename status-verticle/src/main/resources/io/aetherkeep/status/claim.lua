-- Takes what is due from the index, for as long as a lease lasts; a score with a half is a lease.
-- KEYS    1 the index
-- ARGV    1 now   2 until when the lease lasts   3 how many at most
-- answers the ids
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
for _, id in ipairs(due) do redis.call('ZADD', KEYS[1], ARGV[2] + 0.5, id) end
return due
