-- Removes the explicit link of a path.
-- ARGV    1 see now.lua   2 path   3 '1' if the pattern matches it, so that its link stays
-- answers unknown, or unlinked
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 'unknown'
end
redis.call('HDEL', KEYS[4], ARGV[2])
if ARGV[3] ~= '1' then
  redis.call('HDEL', KEYS[2], ARGV[2])
  redis.call('ZREM', KEYS[3], ARGV[2])
end
return 'unlinked'
