-- Removes what a session plays that is over, and keeps late reports from bringing it back.
-- KEYS    1 the playback   2 its connections   3 that its session is over
-- ARGV    1 now in ms   2 for how many ms to keep them away
-- answers what was played, or nothing
local readable, read = pcall(seen, ARGV[1])
redis.call('UNLINK', playback, connections)
redis.call('SET', KEYS[3], '1', 'PX', ARGV[2])
return readable and read[1] ~= '' and read or false
