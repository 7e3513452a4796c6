-- Enters a fork at its source, whose data is then kept for it. An entry's score is the time from
-- which a sweep may remove it: creating the fork takes less than CREATION, in ms.
-- ARGV: 1 the fork's path, 2 minimum time to keep it, in ms, 3 position at which the fork leaves
-- Answers {verdict, first position that the source retains}: entered, known, unknown, gone, or
-- trimmed where that is later than the fork's position.
local CREATION = 60000
local stream = load()
local why = refusal(stream)
if why then
  return {why, '0'}
end
if tonumber(ARGV[3]) < stream.first then
  return {'trimmed', whole(stream.first)}
end
local fresh = redis.call('ZADD', KEYS[4], whole(now + CREATION), ARGV[1])
stream.kept = 0
keep(stream, math.max(tonumber(stream.expires), now + tonumber(ARGV[2])))
save_life(stream)
return {fresh == 1 and 'entered' or 'known', whole(stream.first)}
