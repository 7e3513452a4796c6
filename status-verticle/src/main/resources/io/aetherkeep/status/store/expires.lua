-- Tells when a key expires, by Redis's own clock, which no test moves.
-- KEYS    1 the key
-- answers the time in ms; 0 if it does not expire, or does not exist
local left, time = redis.call('PTTL', KEYS[1]), redis.call('TIME')
return left > 0 and time[1] * 1000 + math.floor(time[2] / 1000) + left or 0
