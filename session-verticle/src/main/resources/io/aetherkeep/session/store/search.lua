-- Notes that the search of a log-out for sessions that no index knows goes on, or is over.
-- KEYS    see user-sessions.lua
-- ARGV    1 see now.lua   2 for how many ms to remember the log-out   3 its number
--         4 for how many ms the search is taken to go on, 0 where it is over
-- answers whether no later log-out stands there
if logged_out() > tonumber(ARGV[3]) then return 0 end
redis.call('SET', KEYS[3], ARGV[3] .. ' ' .. whole(now + ARGV[4]), 'PX', ARGV[2])
return 1
