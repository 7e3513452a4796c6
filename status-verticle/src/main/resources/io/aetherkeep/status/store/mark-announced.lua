-- Marks the current stall of a status as announced.
-- KEYS    1 the attempt record
-- ARGV    1 the offset of the stalled status
-- answers 1 if it was marked, 0 if the status has changed since
if redis.call('HGET', KEYS[1], 'offset') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'stalled', ARGV[1])
return 1
