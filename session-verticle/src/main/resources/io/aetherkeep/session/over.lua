-- Removes what a session plays that is over.
-- KEYS    1 the playback   2 its connections
-- ARGV    1 now in ms
-- answers what was played, or nothing
local readable, read = pcall(seen, ARGV[1])
redis.call('UNLINK', playback, connections)
return readable and read[1] ~= '' and read or false
