-- Removes the copy of a session whose original was written after it was copied.
-- KEYS    1 the session   2 its facts   3 its tail   4 its appends
-- answers whether it may be copied again, which it may not if the copy was ended
if redis.call('HEXISTS', KEYS[2], 'ended') == 1 then return 0 end
redis.call('UNLINK', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
return 1
