-- Stops what a session plays that nobody is connected to any more, and notes how it was before.
-- KEYS    1 the playback   2 its connections
-- ARGV    1 see now.lua   2 now in words   3 the lifetime in ms
-- answers how many ms a lease lasts yet, 0 for none; then, where it was stopped, what is played,
--         and what was before
local left = leased()
if left ~= '0' then return {left} end
local before = seen()
if before[1] == '' or before[2] == 'stopped' then return {'0'} end
redis.call('HSET', playback, 'state', 'stopped', 'updatedAt', ARGV[2], 'connections', '0',
  'seq', text(whole(before[6], 0) + 1), 'lapsedAt', text(now), 'lapsedFrom', before[2])
redis.call('PEXPIRE', playback, ARGV[3])
return {'0', seen(), before}
