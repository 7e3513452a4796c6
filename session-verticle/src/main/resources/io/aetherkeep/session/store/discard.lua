-- Removes the copy of a session that was written to meanwhile.
-- KEYS    1 the session   2 its facts   3 its tail   4 its appends
-- answers whether it may be copied again; not if somebody has ended the copy
if redis.call('HEXISTS', KEYS[2], 'ended') == 1 then return 0 end
redis.call('UNLINK', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
return 1
