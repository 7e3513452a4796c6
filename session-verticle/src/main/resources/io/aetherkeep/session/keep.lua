-- Gives the connections of a session their leases, or new ones.
-- KEYS    1 the playback   2 its connections
-- ARGV    1 now in ms   2 until when the leases last   3 the lifetime in ms   then the connections
-- answers what is played
for i = 4, #ARGV do redis.call('ZADD', connections, ARGV[2], ARGV[i]) end
redis.call('ZREMRANGEBYSCORE', connections, '-inf', ARGV[1])
redis.call('PEXPIRE', connections, ARGV[2] - ARGV[1])
local read = seen(ARGV[1])
if read[1] ~= '' then
  redis.call('HSET', playback, 'connections', read[8])
  redis.call('PEXPIRE', playback, ARGV[3])
end
return read
