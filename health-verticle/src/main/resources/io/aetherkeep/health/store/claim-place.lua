-- Claims one of a group's places for disabled providers, whose number keeps others available.
-- KEYS    1 the group
-- ARGV    1 see now.lua   2 the provider   3 end of the claim in ms   4 number of places
--         5 the member of the claim: the provider, or the provider, a line feed and an identity
-- answers whether a place was free
repair(KEYS[1], 'zset')
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local held, places = {}, 0
for _, member in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local id = string.match(member, '^[^\n]*')
  if not held[id] then held[id], places = true, places + 1 end
end
if not held[ARGV[2]] and places >= tonumber(ARGV[4]) then return 0 end
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[5])
local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2]
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.max(1, last - now)))
return 1
