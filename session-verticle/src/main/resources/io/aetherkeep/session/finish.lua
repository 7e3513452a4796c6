-- Ends a session, and remembers for a while that it was ended.
-- KEYS    1 the session   2 its facts   3 its tail   4 its appends
-- ARGV    1 for how many ms to remember   2 what DUMP must answer still, or ''
--         3 what DUMP of the tail must answer still, or '', where ARGV 2 is not ''
-- answers 1 ended, 0 there was none, -1 it is another by now
local present = redis.call('EXISTS', KEYS[1]) == 1
if not present and redis.call('HEXISTS', KEYS[2], 'user') == 0 then return 0 end
if ARGV[2] ~= '' then
  local tail = redis.call('DUMP', KEYS[3]) or ''
  if redis.call('DUMP', KEYS[1]) ~= ARGV[2] or tail ~= ARGV[3] then return -1 end
end
local again = redis.call('HEXISTS', KEYS[2], 'ended') == 1
redis.call('UNLINK', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
redis.call('HSET', KEYS[2], 'ended', '1')
redis.call('PEXPIRE', KEYS[2], ARGV[1])
return present and not again and 1 or 0
