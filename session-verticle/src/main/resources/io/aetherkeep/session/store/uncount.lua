-- Subtracts tokens from a transcript's context window, down to 0.
-- KEYS    1 the session   2 its facts   3 its appends
-- ARGV    1 the tokens   2 idempotency key of the append whose stored answer is too high, or ''
-- answers the remaining tokens
if redis.call('EXISTS', KEYS[1]) == 0 then return '0' end
local counted = whole_number(redis.call('HGET', KEYS[1], 'contextWindowUsed'))
local used = string.format('%.17g', math.max(0, counted - ARGV[1]))
redis.call('HSET', KEYS[1], 'contextWindowUsed', used)
local before = ARGV[2] ~= '' and redis.call('HGET', KEYS[3], ARGV[2])
if before then
  local mark, tokens, at = string.match(before, '^(%S+) (%S+) %S+ (%S+)$')
  redis.call('HSET', KEYS[3], ARGV[2], mark .. ' ' .. tokens .. ' ' .. used .. ' ' .. at)
end
return used
