-- Stores whether a log-out's search for sessions that no index contains is still running.
-- KEYS    see user-sessions.lua
-- ARGV    1 see now.lua   2 how long to keep the log-out, in ms   3 its number
--         4 ms until the search must be renewed, 0 where it is finished
-- answers whether it was stored, which it is not after a later log-out
if logged_out() > tonumber(ARGV[3]) then return 0 end
redis.call('SET', KEYS[3], ARGV[3] .. ' ' .. whole(now + ARGV[4]), 'PX', ARGV[2])
return 1
