-- Frees a provider's place in a group, except for claims that were made in the meantime.
-- KEYS    1 the group
-- ARGV    1 the provider   2 time in ms: a claim that ends then or later is a new one
repair(KEYS[1], 'zset')
local claims = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
for i = 1, #claims, 2 do
  if string.match(claims[i], '^[^\n]*') == ARGV[1] and tonumber(claims[i + 1]) < tonumber(ARGV[2]) then
    redis.call('ZREM', KEYS[1], claims[i])
  end
end
return 1
