-- Takes what others appended to a list after it was copied to another slot, and removes the list.
-- KEYS    1 the list   2 its facts   3 its appends
-- ARGV    1 number of messages in the copy   2 the last of them, or '' if there are none
-- answers the messages after those of the copy; none if the list does not continue the copy
local last = math.min(tonumber(ARGV[1]), redis.call('LLEN', KEYS[1]))
-- Appends may have removed the oldest messages since.
while last > 0 and redis.call('LINDEX', KEYS[1], last - 1) ~= ARGV[2] do last = last - 1 end
local continues = last > 0 or ARGV[1] == '0'
local rest = continues and redis.call('LRANGE', KEYS[1], last, -1) or {}
redis.call('UNLINK', KEYS[1], KEYS[2], KEYS[3])
return rest
