-- Ends a session, and writes a tombstone that expires.
-- KEYS    1 the session   2 its facts   3 its tail   4 its appends   and if its list moves with it
--         5 the list of its history   6 the list under the id under which it continues
-- ARGV    1 lifetime of the tombstone in ms   2 DUMP of the session as copied, or ''
--         3 DUMP of the tail as copied, or '', where ARGV 2 is not ''
--         4 'always' to write a tombstone for a missing session too
--         5 the channel of ends   6 the session's id
--         7 the id under which it continues, or ''
-- answers 1 ended, also where it had expired unnoticed; 0 there was none; 2 there was none and it
--         has a tombstone now; -1 it has changed since it was copied; -2 this rotation was rolled
--         back; then each or '': the user in its facts, its number, the id that it was to replace,
--         and the id under which it continues since an earlier rotation
local present = redis.call('EXISTS', KEYS[1]) == 1
local facts = redis.call('HMGET', KEYS[2], 'ended', 'user', 'number', 'from', 'void')
local function answer(code)
  return {code, facts[2] or '', facts[3] or '', facts[4] or '', facts[1] or ''}
end
local function ended()
  redis.call('HSET', KEYS[2], 'ended', facts[1] or ARGV[7] ~= '' and ARGV[7] or '1')
  redis.call('PEXPIRE', KEYS[2], ARGV[1])
  redis.call('PUBLISH', ARGV[5], ARGV[6])
end
if not present and not facts[2] then
  if ARGV[4] ~= 'always' then return answer(0) end
  ended()
  return answer(facts[1] and 0 or 2)
end
if ARGV[7] ~= '' and facts[5] == ARGV[7] then return answer(-2) end
if ARGV[2] ~= '' then
  local tail = redis.call('DUMP', KEYS[3]) or ''
  if redis.call('DUMP', KEYS[1]) ~= ARGV[2] or tail ~= ARGV[3] then return answer(-1) end
end
-- First the event: if Redis refuses it, the repetition still finds the session and its user.
if not facts[1] then announce('session-ended', 'user', facts[2] or '') end
redis.call('UNLINK', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
if KEYS[6] and redis.call('EXISTS', KEYS[5]) == 1 then redis.call('RENAME', KEYS[5], KEYS[6]) end
ended()
return answer(facts[1] and 0 or 1)
