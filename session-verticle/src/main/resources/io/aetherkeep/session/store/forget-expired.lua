-- Removes the facts of a session whose expiry was announced. A tombstone stays, and so do the facts
-- of a session that another service has written since.
-- KEYS    1 the session   2 its facts
if redis.call('HEXISTS', KEYS[2], 'expired') == 0 then return 0 end
if redis.call('HEXISTS', KEYS[2], 'ended') == 1 or redis.call('EXISTS', KEYS[1]) == 1 then
  return redis.call('HDEL', KEYS[2], 'expired')
end
return redis.call('UNLINK', KEYS[2])
