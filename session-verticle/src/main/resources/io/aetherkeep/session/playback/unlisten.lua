-- Removes a listener of a podcast.
-- KEYS    see listeners.lua
-- ARGV    1 see now.lua   2 the session   3 its user or ''
-- answers whether it was there
return leaves(ARGV[2], ARGV[3])
