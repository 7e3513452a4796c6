-- Stores a status that is not final yet, with its feed of changes, and publishes it.
-- KEYS: the status
-- ARGV: the document
-- Answers the number of the change, or false if it is final
local before = redis.call('GET', KEYS[1])
local final = {completed = true, failed = true, cancelled = true}
if before and final[cjson.decode(before).status] then return false end
local time = redis.call('TIME')
local now = time[1] * 1000
redis.call('SET', KEYS[1], ARGV[1], 'PX', 3600000)
local feed = 'bare:feed:' .. KEYS[1]
local number = redis.call('INCR', 'bare:number:' .. KEYS[1])
redis.call('RPUSH', feed, ARGV[1])
redis.call('LTRIM', feed, -128, -1)
redis.call('PEXPIRE', feed, 3600000)
redis.call('ZADD', 'bare:running', now, KEYS[1])
redis.call('PUBLISH', 'bare:status', ARGV[1])
return cjson.encode({number = number})
