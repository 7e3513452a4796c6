-- Moves the expiry of a session among those of its user.
-- KEYS    see user-sessions.lua
-- ARGV    1 see now.lua   2 the id   3 in how many ms it is over
-- answers whether it is among them
if not redis.call('ZSCORE', KEYS[2], ARGV[2]) then return 0 end
expires(ARGV[2], tonumber(ARGV[3]))
return 1
