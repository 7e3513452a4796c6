-- Stores a session's playback, in its document too, and moves the session between the listeners.
-- KEYS: the session
-- ARGV: the report
-- Answers the playback, or false if there is no session
local value = redis.call('GET', KEYS[1])
if not value then return false end
local session, report = cjson.decode(value), cjson.decode(ARGV[1])
local time = redis.call('TIME')
local now = time[1] * 1000
local playback = 'bare:playback:' .. KEYS[1]
local before = redis.call('HMGET', playback, 'podcastId', 'state', 'seq')
if before[2] == 'playing' and before[1] ~= report.podcastId then
  redis.call('ZREM', 'bare:listeners:' .. before[1], KEYS[1])
end
redis.call('ZADD', 'bare:listeners:' .. report.podcastId, now + 60000, KEYS[1])
redis.call('PEXPIRE', 'bare:listeners:' .. report.podcastId, 60000)
redis.call('ZADD', 'bare:due', now + 60000, KEYS[1])
redis.call('HSET', playback, 'podcastId', report.podcastId, 'state', report.state,
  'positionMs', '0', 'updatedAt', time[1], 'seq', (before[3] or 0) + 1)
redis.call('PEXPIRE', playback, 86400000)
session.active_podcast_stream_id = report.podcastId
session.last_activity_timestamp = time[1]
redis.call('SET', KEYS[1], cjson.encode(session), 'PX', 1800000)
redis.call('ZADD', 'bare:sessions', now + 1800000, KEYS[1])
redis.call('ZADD', 'bare:sessions:' .. tostring(session.user_id), now + 1800000, KEYS[1])
return cjson.encode({podcastId = report.podcastId, state = report.state, positionMs = 0})
