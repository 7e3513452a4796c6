-- Creates a subscription with its links, unless it exists.
-- ARGV    1 see now.lua   2 hash of the configuration   3 the configuration   4 URL of the streams
--         5 type   6 lease in ms
--         then for each link its path, 'explicit' or 'glob', and its acked offset
-- answers created, same or differs
for i, kind in ipairs({'hash', 'hash', 'zset', 'hash'}) do
  repair(KEYS[i], kind)
end
local found = redis.call('HGET', KEYS[1], 'hash')
if found then
  if found ~= ARGV[2] then
    return 'differs'
  end
  redis.call('HSET', KEYS[1], 'root', ARGV[4])
  return 'same'
end
redis.call('UNLINK', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
redis.call('HSET', KEYS[1], 'hash', ARGV[2], 'config', ARGV[3], 'root', ARGV[4], 'type', ARGV[5],
  'lease', ARGV[6], 'created', now, 'checked', now, 'scanned', now, 'generation', 0,
  'wake', '', 'holder', '', 'deadline', '', 'failures', 0, 'attempt', '')
for i = 7, #ARGV, 3 do
  set_link(ARGV[i], ARGV[i + 2], ARGV[i + 2], now)
  if ARGV[i + 1] == 'explicit' then
    redis.call('HSET', KEYS[4], ARGV[i], '1')
  end
end
return 'created'
