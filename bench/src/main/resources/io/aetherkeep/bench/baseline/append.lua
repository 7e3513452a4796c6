-- Appends a message to a session's history, sets its timestamp and renews its lifetime.
-- KEYS: the session
-- ARGV: the message
-- Answers the length of the history, or false if there is no session
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
local time = redis.call('TIME')
local now = time[1] * 1000
local message = cjson.decode(ARGV[1])
message.timestamp = time[1]
local length = redis.call('RPUSH', KEYS[1] .. ':history', cjson.encode(message))
redis.call('HSET', KEYS[1], 'lastActivityAt', time[1], 'historyLength', length)
redis.call('PEXPIRE', KEYS[1], 1800000)
redis.call('PEXPIRE', KEYS[1] .. ':history', 1800000)
redis.call('ZADD', 'bare:sessions', now + 1800000, KEYS[1])
redis.call('PUBLISH', 'bare:history', KEYS[1])
return cjson.encode({length = length})
