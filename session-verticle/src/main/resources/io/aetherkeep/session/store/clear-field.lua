-- Clears the field of a session whose messages its list has, unless others were appended meanwhile.
-- KEYS    1 the session   2 its facts   3 its tail
-- ARGV    1 the field's text   2 how many messages are in the tail   3 '[]', or '' to remove it
-- answers whether it was cleared
if redis.call('HGET', KEYS[1], 'history') ~= ARGV[1]
    or redis.call('LLEN', KEYS[3]) ~= tonumber(ARGV[2]) then
  return 0
end
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], 'history')
else
  redis.call('HSET', KEYS[1], 'history', ARGV[3])
end
redis.call('UNLINK', KEYS[3])
redis.call('HDEL', KEYS[2], 'tail', 'behind', 'listed', 'fielded')
return 1
