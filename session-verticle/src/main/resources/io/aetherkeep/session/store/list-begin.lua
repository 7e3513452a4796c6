-- Moves the messages of a session's field to the beginning of its list on a cluster, once.
-- KEYS    1 the list   2 its facts
-- ARGV    1 version of the field   2 the session's lifetime in ms   then the messages
-- answers whether they were moved now
local type = redis.call('TYPE', KEYS[1]).ok
if type ~= 'list' and type ~= 'none' or redis.call('HGET', KEYS[2], 'moved') == ARGV[1] then
  return 0
end
for i = #ARGV, 3, -1 do redis.call('LPUSH', KEYS[1], ARGV[i]) end
redis.call('HDEL', KEYS[2], 'weighed', 'weight')
redis.call('HSET', KEYS[2], 'moved', ARGV[1])
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ARGV[2] + 3600000) end
return 1
