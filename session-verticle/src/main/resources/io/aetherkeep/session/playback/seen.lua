-- Reads what a session plays.
-- KEYS    1 the playback   2 its connections
-- ARGV    1 see now.lua
return seen()
