-- Writes the position of a session, unless a newer one is stored.
-- KEYS    1 the playback   2 its connections
-- ARGV    1 see now.lua   2 the lifetime in ms   3 the seq   4 the position   5 the time
--         6 the podcast
-- answers 1 written or 0 not; then the playback
local read = redis.call('HMGET', playback, 'podcastId', 'seq')
local newer = read[1] == ARGV[6] and tonumber(ARGV[3]) > whole(read[2], -1)
if newer then
  redis.call('HSET', playback, 'positionMs', ARGV[4], 'updatedAt', ARGV[5], 'seq', ARGV[3])
  redis.call('PEXPIRE', playback, ARGV[2])
end
return {newer and 1 or 0, read_playback()}
