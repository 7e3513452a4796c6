-- Takes tokens off what a transcript counts for, never below nothing.
-- KEYS    1 the session   2 its facts   3 its appends
-- ARGV    1 how many   2 the idempotency key of the append that was answered with more, or ''
-- answers what it counts for then
if redis.call('EXISTS', KEYS[1]) == 0 then return '0' end
local used = string.format('%.17g', math.max(0, context_window(KEYS[1]) - ARGV[1]))
redis.call('HSET', KEYS[1], 'contextWindowUsed', used)
local before = ARGV[2] ~= '' and redis.call('HGET', KEYS[3], ARGV[2])
if before then
  local mark, tokens, at = string.match(before, '^(%S+) (%S+) %S+ (%S+)$')
  redis.call('HSET', KEYS[3], ARGV[2], mark .. ' ' .. tokens .. ' ' .. used .. ' ' .. at)
end
return used
