-- Opens a session where there is none, and nobody ended one of this name just now.
-- KEYS    1 the session   2 its facts   3 its tail   4 its appends
-- ARGV    1 'string' or 'hash'   2 lifetime in ms   3 the same, or '' if it is the usual one
--         4 when it was created, '' if that is not known   5 its user
--         then the value: one argument, or fields and texts in turn
-- answers 1 opened, 0 there is one
if redis.call('HEXISTS', KEYS[2], 'ended') == 1 or redis.call('EXISTS', KEYS[1]) == 1 then
  return 0
end
local lifetime = tonumber(ARGV[2])
if ARGV[1] == 'string' then
  redis.call('SET', KEYS[1], ARGV[6], 'PX', lifetime)
else
  for i = 6, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
  redis.call('PEXPIRE', KEYS[1], lifetime)
end
redis.call('DEL', KEYS[2], KEYS[3], KEYS[4])
redis.call('HSET', KEYS[2], 'user', ARGV[5])
if ARGV[4] ~= '' then redis.call('HSET', KEYS[2], 'createdAt', ARGV[4]) end
if ARGV[3] ~= '' then redis.call('HSET', KEYS[2], 'lifetime', ARGV[3]) end
redis.call('PEXPIRE', KEYS[2], lifetime + 3600000)
return 1
