-- Removes what a session plays that is over.
-- KEYS    1 the playback   2 its connections
-- ARGV    1 see now.lua
-- answers what was played, or nothing
local readable, read = pcall(seen)
redis.call('UNLINK', playback, connections)
return readable and read[1] ~= '' and read or false
