-- Lets a session go on with what it played under another id; plain HTTP's lease gives it time.
-- KEYS    1 the playback   2 its connections
-- ARGV    1 see now.lua   2 how long the lease lasts, in ms   3 the lifetime in ms
--         4 podcast   5 state   6 position   7 rate   8 when   9 seq   10 user
-- answers 1
redis.call('HSET', playback, 'podcastId', ARGV[4], 'state', ARGV[5], 'positionMs', ARGV[6],
  'rate', ARGV[7], 'updatedAt', ARGV[8], 'connections', '0', 'seq', ARGV[9], 'user', ARGV[10])
redis.call('PEXPIRE', playback, ARGV[3])
if ARGV[5] ~= 'stopped' then
  redis.call('ZADD', connections, now + ARGV[2], '-')
  redis.call('PEXPIRE', connections, ARGV[2])
end
return 1
