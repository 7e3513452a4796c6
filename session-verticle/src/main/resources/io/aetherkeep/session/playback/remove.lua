-- Removes the playback of an ended session.
-- KEYS    1 the playback   2 its connections
-- ARGV    1 see now.lua
-- answers the removed playback, or nothing
local readable, read = pcall(read_playback)
redis.call('UNLINK', playback, connections)
return readable and read[1] ~= '' and read or false
