-- Removes an ended session that a late writer brought back.
-- KEYS    1 the session   2 its facts
-- answers remaining ms of the tombstone, then how many keys were removed
if redis.call('HEXISTS', KEYS[2], 'ended') == 0 then return {0, 0} end
return {redis.call('PTTL', KEYS[2]), redis.call('UNLINK', KEYS[1])}
