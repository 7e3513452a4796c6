-- Completes a rotation: its copy becomes a session.
-- KEYS    1 the session   2 its facts
-- answers whether it exists
if redis.call('HEXISTS', KEYS[2], 'ended') == 1 or redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
if redis.call('HDEL', KEYS[2], 'from') == 1 then
  announce('session-opened', 'user', redis.call('HGET', KEYS[2], 'user') or '')
end
return 1
