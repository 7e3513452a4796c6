-- Issues turns of exclusive playback to a user's sessions, or records the turn that plays. Turns
-- grow even if this key is lost, because a turn is a time.
-- KEYS    1 the turns of the user
-- ARGV    1 see now.lua   2 the lifetime in ms   3 a turn that plays now, or '' for a new turn
-- answers the new turn, or the greatest turn that plays
local turn
if ARGV[3] == '' then
  turn = math.max(now, (tonumber(redis.call('HGET', KEYS[1], 'given') or 0) or 0) + 1)
  redis.call('HSET', KEYS[1], 'given', turn)
else
  local last = redis.call('HGET', KEYS[1], 'plays')
  turn = tonumber(ARGV[3])
  if last and tonumber(last) > turn then
    turn = tonumber(last)
  else
    redis.call('HSET', KEYS[1], 'plays', ARGV[3], 'since', now)
  end
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return turn
