-- Starts or renews the leases of a session's connections.
-- KEYS    1 the playback   2 its connections
-- ARGV    1 see now.lua   2 length of the leases in ms   3 the lifetime in ms
--         4 'join' for new connections, which do not resume playback stopped by expiry; or 'keep'
--         then the connections
-- answers the playback
for i = 5, #ARGV do redis.call('ZADD', connections, now + ARGV[2], ARGV[i]) end
redis.call('ZREMRANGEBYSCORE', connections, '-inf', text(now))
redis.call('PEXPIRE', connections, ARGV[2])
local read = read_playback()
if read[1] ~= '' then
  redis.call('HSET', playback, 'connections', read[8])
  if ARGV[4] == 'join' then redis.call('HDEL', playback, 'lapsedAt', 'lapsedFrom') end
  redis.call('PEXPIRE', playback, ARGV[3])
end
return read
