-- Deletes a stream, or a value of another type at its key. Data that forks inherit stays until the
-- forks end.
-- ARGV: 1 channel
-- Answers {verdict, source}: deleted, retained, unknown or gone.
if redis.call('EXISTS', KEYS[1]) == 1 then
  repair(KEYS[1], 'hash')
  if redis.call('EXISTS', KEYS[1]) == 0 then
    redis.call('UNLINK', KEYS[3], KEYS[4])
    return {'deleted', ''}
  end
end
local stream = load()
local why = refusal(stream)
if why == 'damaged' then
  redis.call('UNLINK', KEYS[1], KEYS[3], KEYS[4])
  return {'deleted', ''}
elseif why then
  return {why, ''}
end
publish_deleted(ARGV[1])
if redis.call('ZCARD', KEYS[4]) > 0 then
  stream.due, stream.expires = stamp(0), stamp(0)
  save(stream)
  save_life(stream)
  return {'retained', ''}
end
local source = field(stream, 'source')
remove(stream)
return {'deleted', source}
