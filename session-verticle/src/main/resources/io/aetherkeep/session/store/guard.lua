-- Removes what a late writer brought back of a session that was ended.
-- KEYS    1 the session   2 its facts
-- answers for how many ms more it is to be guarded, then how many keys were removed
if redis.call('HEXISTS', KEYS[2], 'ended') == 0 then return {0, 0} end
return {redis.call('PTTL', KEYS[2]), redis.call('UNLINK', KEYS[1])}
