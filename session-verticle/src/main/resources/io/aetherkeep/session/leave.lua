-- Takes a connection off its session.
-- KEYS    1 the playback   2 its connections
-- ARGV    1 now in ms   2 the connection
-- answers until when the last of the other leases lasts, 0 for none
redis.call('ZREM', connections, ARGV[2])
redis.call('ZREMRANGEBYSCORE', connections, '-inf', ARGV[1])
if redis.call('HEXISTS', playback, 'podcastId') == 1 then
  redis.call('HSET', playback, 'connections', text(sockets(ARGV[1])))
end
return redis.call('ZRANGE', connections, -1, -1, 'WITHSCORES')[2] or '0'
