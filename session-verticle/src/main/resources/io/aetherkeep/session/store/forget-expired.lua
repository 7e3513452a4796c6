-- Removes the facts of a session whose expiry was announced, except a tombstone, and those of a
-- session that another service has written since and a node has adopted anew.
-- KEYS    1 the session   2 its facts
local facts = redis.call('HMGET', KEYS[2], 'expired', 'ended', 'user')
if not facts[1] then return 0 end
if facts[2] or facts[3] then return redis.call('HDEL', KEYS[2], 'expired') end
return redis.call('UNLINK', KEYS[2])
