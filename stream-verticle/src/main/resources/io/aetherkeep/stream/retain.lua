-- Enters a fork at its source, whose data is then kept for it.
-- ARGV: 1 the fork's path, 2 how long to keep it at least, in ms
-- Answers {verdict}: entered, known, unknown or gone.
local stream = load()
local why = refusal(stream)
if why then
  return {why}
end
local fresh = redis.call('ZADD', KEYS[4], 'NX', whole(now), ARGV[1])
stream.kept = '0'
keep(stream, math.max(tonumber(stream.expires), now + tonumber(ARGV[2])))
return {fresh == 1 and 'entered' or 'known'}
