-- Adds members to a sorted set of deadlines, which expires with the latest of them.
-- KEYS    1 the index
-- ARGV    1 see now.lua   2 'stays' for an index that does not expire, else 'ends'
--         then for each member ms until its deadline, and its id
-- answers how many are new
local added = 0
for i = 3, #ARGV, 2 do
  added = added + redis.call('ZADD', KEYS[1], now + ARGV[i], ARGV[i + 1])
end
if ARGV[2] == 'stays' then return added end
local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2]
redis.call('PEXPIRE', KEYS[1], math.max(1, math.ceil(last - now)))
return added
