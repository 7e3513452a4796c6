-- Adds entries to a due list.
-- KEYS    1 the list
-- ARGV    1 see now.lua   2 'LT' or 'NX' as for ZADD, or 'any'
--         then for each entry ms until it is due, and its id
-- answers 1
repair(KEYS[1], 'zset')
for i = 3, #ARGV, 2 do
  if ARGV[2] == 'any' then
    redis.call('ZADD', KEYS[1], now + ARGV[i], ARGV[i + 1])
  else
    redis.call('ZADD', KEYS[1], ARGV[2], now + ARGV[i], ARGV[i + 1])
  end
end
return 1
