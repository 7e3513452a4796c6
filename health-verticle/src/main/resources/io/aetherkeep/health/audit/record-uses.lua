-- Adds uses of API keys to those of a space.
-- KEYS    1 the uses
-- ARGV    1 their lifetime in ms
--         then for each key: its id, the number of uses, the time of the last use in ms, and that
--         use as JSON
-- answers 1
for i = 2, #ARGV, 4 do
  local id = ARGV[i]
  redis.call('HINCRBY', KEYS[1], id .. ':uses', ARGV[i + 1])
  local before = tonumber(redis.call('HGET', KEYS[1], id .. ':at') or '') or 0
  if tonumber(ARGV[i + 2]) >= before then
    redis.call('HSET', KEYS[1], id .. ':at', ARGV[i + 2], id, ARGV[i + 3])
  end
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
