-- Stops what a session plays that nobody is connected to any more.
-- KEYS    1 the playback   2 its connections
-- ARGV    1 now in ms   2 now in words   3 the lifetime in ms
-- answers until when a lease lasts yet, 0 for none; then, where it was stopped, what is played,
--         and what was before
redis.call('ZREMRANGEBYSCORE', connections, '-inf', ARGV[1])
local last = redis.call('ZRANGE', connections, -1, -1, 'WITHSCORES')[2]
if last then return {last} end
local before = seen(ARGV[1])
if before[1] == '' or before[2] == 'stopped' then return {'0'} end
redis.call('HSET', playback, 'state', 'stopped', 'updatedAt', ARGV[2], 'connections', '0',
  'seq', text(whole(before[6], 0) + 1))
redis.call('PEXPIRE', playback, ARGV[3])
return {'0', seen(ARGV[1]), before}
