-- Logs a user out everywhere: no session up to a number lives on, and none of them is opened,
-- rotated, put back or adopted any more.
-- KEYS    see user-sessions.lua
-- ARGV    1 see now.lua   2 for how many ms to remember   3 the id that is excepted, or ''
--         4 for how many ms a search for sessions that no index knows is taken to go on
-- answers the number, and that of the excepted session from now on, or 0
local number = next_number()
redis.call('SET', KEYS[3], whole(number) .. ' ' .. whole(now + ARGV[4]), 'PX', ARGV[2])
if ARGV[3] == '' or not redis.call('ZSCORE', KEYS[2], ARGV[3]) then return {number, 0} end
redis.call('ZADD', KEYS[2], whole(number + 1), ARGV[3])
return {number, number + 1}
