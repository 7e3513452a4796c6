-- Takes a connection off its session.
-- KEYS    1 the playback   2 its connections
-- ARGV    1 see now.lua   2 the connection
-- answers how many ms the last of the other leases has left, 0 for none
redis.call('ZREM', connections, ARGV[2])
local left = leased()
if redis.call('HEXISTS', playback, 'podcastId') == 1 then
  redis.call('HSET', playback, 'connections', text(sockets()))
end
return left
