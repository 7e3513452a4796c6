-- Deletes a stream; what its forks inherit stays until they are gone.
-- ARGV: 1 channel
-- Answers {verdict, source}: deleted, retained, unknown or gone.
local stream = load()
local why = refusal(stream)
if why then
  return {why, ''}
end
tell_deleted(ARGV[1])
if redis.call('ZCARD', KEYS[4]) > 0 then
  redis.call('HSET', KEYS[1], 'gone', '1')
  return {'retained', ''}
end
local source = stream.source
remove(stream)
return {'deleted', source}
