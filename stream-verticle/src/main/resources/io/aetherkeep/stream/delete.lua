-- Deletes a stream; what its forks inherit stays until they are gone.
-- ARGV: 1 channel
-- Answers {verdict, source}: deleted, retained, unknown or gone.
local stream = load()
local why = refusal(stream)
if why == 'damaged' then
  redis.call('UNLINK', KEYS[1], KEYS[3], KEYS[4])
  return {'deleted', ''}
elseif why then
  return {why, ''}
end
tell_deleted(ARGV[1])
if redis.call('ZCARD', KEYS[4]) > 0 then
  set(stream, 'gone', '1')
  save(stream)
  return {'retained', ''}
end
local source = stream.source
remove(stream)
return {'deleted', source}
