-- Ends a session, and remembers for a while that it was ended.
-- KEYS    1 the session   2 its facts   3 its tail   4 its appends
-- ARGV    1 for how many ms to remember   2 what DUMP must answer still, or ''
--         3 what DUMP of the tail must answer still, or '', where ARGV 2 is not ''
--         4 'always' where one that is not there is to be remembered as ended too
--         5 the channel on which ends are told   6 the session's id
--         7 the id under which it goes on, or ''
-- answers 1 ended, also where it was over and nobody has told yet; 0 there was none; 2 the same,
--         remembered as ended from now on; -1 it is another by now; -2 this rotation was given up;
--         then '' or: the user that its facts name, its number, the id that it was to replace, and
--         the id under which it has gone on
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
redis.call('UNLINK', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
ended()
return answer(facts[1] and 0 or 1)
