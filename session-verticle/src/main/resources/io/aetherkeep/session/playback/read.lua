-- Reads the playback of a session.
-- KEYS    1 the playback   2 its connections
-- ARGV    1 see now.lua
return read_playback()
