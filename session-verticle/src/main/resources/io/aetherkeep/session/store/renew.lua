-- Moves the expiry of a session in its user's index.
-- KEYS    see user-sessions.lua
-- ARGV    1 see now.lua   2 the id   3 ms until it expires
-- answers whether it is in the index
if not redis.call('ZSCORE', KEYS[2], ARGV[2]) then return 0 end
expires(ARGV[2], tonumber(ARGV[3]))
return 1
