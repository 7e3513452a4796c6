-- Enters sessions in an index that lasts as long as the longest of them.
-- KEYS    1 the index
-- ARGV    1 see now.lua   2 'stays' for an index that has no end, else 'ends'
--         then for each session in how many ms it is over, and its id
-- answers how many of them were not there
local came = 0
for i = 3, #ARGV, 2 do
  came = came + redis.call('ZADD', KEYS[1], now + ARGV[i], ARGV[i + 1])
end
if ARGV[2] == 'stays' then return came end
local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2]
redis.call('PEXPIRE', KEYS[1], math.max(1, math.ceil(last - now)))
return came
