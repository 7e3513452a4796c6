-- Removes a connection of a session.
-- KEYS    1 the playback   2 its connections
-- ARGV    1 see now.lua   2 the connection
-- answers remaining ms of the longest other lease, 0 for none
redis.call('ZREM', connections, ARGV[2])
local left = remaining_lease()
if redis.call('HEXISTS', playback, 'podcastId') == 1 then
  redis.call('HSET', playback, 'connections', text(sockets()))
end
return left
