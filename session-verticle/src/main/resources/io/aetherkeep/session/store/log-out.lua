-- Logs a user out everywhere: sessions up to a number end, and none of them can be opened, rotated,
-- restored or adopted from now on.
-- KEYS    see user-sessions.lua
-- ARGV    1 see now.lua   2 how long to keep the log-out, in ms   3 the excepted id, or ''
--         4 ms until the search for sessions that no index knows must be renewed
-- answers the number, and the excepted session's new number, or 0
local number = next_number()
redis.call('SET', KEYS[3], whole(number) .. ' ' .. whole(now + ARGV[4]), 'PX', ARGV[2])
if ARGV[3] == '' or not redis.call('ZSCORE', KEYS[2], ARGV[3]) then return {number, 0} end
redis.call('ZADD', KEYS[2], whole(number + 1), ARGV[3])
return {number, number + 1}
