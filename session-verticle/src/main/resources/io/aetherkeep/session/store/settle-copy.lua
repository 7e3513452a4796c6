-- Completes a rotation: its copy becomes a session of its own.
-- KEYS    1 the session   2 its facts
-- answers whether it exists
if redis.call('HEXISTS', KEYS[2], 'ended') == 1 or redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
redis.call('HDEL', KEYS[2], 'from')
return 1
