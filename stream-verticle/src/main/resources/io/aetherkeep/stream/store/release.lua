-- Removes a fork's entry at its source. A deleted or expired source is removed with its last fork.
-- ARGV: 1 the fork's path, 2 '1' to keep the entry if the fork may be in creation
-- Answers {verdict, source}: kept, or removed and the source's own source.
repair(KEYS[1], 'hash')
local stream = load()
if ARGV[2] == '1' and tonumber(redis.call('ZSCORE', KEYS[4], ARGV[1]) or 0) > now then
  return {'kept', ''}
end
redis.call('ZREM', KEYS[4], ARGV[1])
if not stream or stream.damaged or redis.call('ZCARD', KEYS[4]) > 0
  or not stream.expired then
  return {'kept', ''}
end
local source = field(stream, 'source')
remove(stream)
return {'removed', source}
