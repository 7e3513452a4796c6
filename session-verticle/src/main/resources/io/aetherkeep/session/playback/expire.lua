-- Stops playback whose connection leases have all expired, and stores its former state.
-- KEYS    1 the playback   2 its connections
-- ARGV    1 see now.lua   2 now as ISO-8601   3 the lifetime in ms
-- answers remaining ms of the longest lease, 0 for none; then, where there is none, the playback
--         before and, where it was stopped, the playback after
local left = remaining_lease()
if left ~= '0' then return {left} end
local before = read_playback()
announce('presence-offline', 'podcastId', before[1], 'user', before[7])
if before[1] == '' or before[2] == 'stopped' then return {'0', before} end
redis.call('HSET', playback, 'state', 'stopped', 'updatedAt', ARGV[2], 'connections', '0',
  'seq', text(whole(before[6], 0) + 1), 'lapsedAt', text(now), 'lapsedFrom', before[2])
redis.call('PEXPIRE', playback, ARGV[3])
local after = read_playback()
announce_change(before, after)
return {'0', before, after}
