-- Takes tokens off what a transcript counts for, never below nothing.
-- KEYS    1 the session   2 its facts
-- ARGV    1 how many
-- answers what it counts for then
local used = tonumber(redis.call('HGET', KEYS[1], 'contextWindowUsed') or 0)
if not used or redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
used = math.max(0, used - ARGV[1])
redis.call('HSET', KEYS[1], 'contextWindowUsed', string.format('%.17g', used))
return used
