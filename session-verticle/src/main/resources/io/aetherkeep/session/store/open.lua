-- Opens a session, unless one with this id exists or was ended recently.
-- KEYS    1 the session   2 its facts   3 its tail   4 its appends
-- ARGV    1 see now.lua   2 'string' or 'hash'   3 lifetime in ms
--         4 the same, or '' for the default   5 its creation time, '' if unknown
--         6 its user   7 its number in the user's index, or ''
--         then the value: one argument, or fields and texts in turn
-- answers 1 opened, 0 it exists, 2 it was ended recently, -1 it was registered too long ago, so
--         that its index entry may be gone
if redis.call('HEXISTS', KEYS[2], 'ended') == 1 then return 2 end
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
if ARGV[7] ~= '' and now > ARGV[7] / 1000 + 10000 then return -1 end
local lifetime = tonumber(ARGV[3])
if ARGV[2] == 'string' then
  redis.call('SET', KEYS[1], ARGV[8], 'PX', lifetime)
else
  -- Batches of arguments, because Lua's stack limits what unpack can pass to a command.
  for i = 8, #ARGV, 500 do
    redis.call('HSET', KEYS[1], unpack(ARGV, i, math.min(i + 499, #ARGV)))
  end
  redis.call('PEXPIRE', KEYS[1], lifetime)
end
redis.call('DEL', KEYS[2], KEYS[3], KEYS[4])
redis.call('HSET', KEYS[2], 'user', ARGV[6])
if ARGV[5] ~= '' then redis.call('HSET', KEYS[2], 'createdAt', ARGV[5]) end
if ARGV[4] ~= '' then redis.call('HSET', KEYS[2], 'lifetime', ARGV[4]) end
if ARGV[7] ~= '' then redis.call('HSET', KEYS[2], 'number', ARGV[7]) end
redis.call('PEXPIRE', KEYS[2], lifetime + 3600000)
announce('session-opened', 'user', ARGV[6])
return 1
