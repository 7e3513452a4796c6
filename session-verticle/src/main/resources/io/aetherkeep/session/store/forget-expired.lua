-- Removes the facts of a session whose expiry was announced. A tombstone stays. A session that
-- another service has written since has left the index, and is adopted anew.
-- KEYS    1 the session   2 its facts
if redis.call('HEXISTS', KEYS[2], 'expired') == 0 then return 0 end
if redis.call('HEXISTS', KEYS[2], 'ended') == 1 then
  return redis.call('HDEL', KEYS[2], 'expired')
end
return redis.call('UNLINK', KEYS[2])
