-- Resumes playback that lease expiry stopped, if the session is connected.
-- KEYS    1 the playback   2 its connections
-- ARGV    1 see now.lua   2 now as ISO-8601   3 the lifetime in ms   4 when it was stopped
-- answers nothing, or the playback after and before
local before = read_playback()
if before[9] == '' or before[9] ~= ARGV[4] or remaining_lease() == '0' then return false end
local state = redis.call('HGET', playback, 'lapsedFrom') or 'stopped'
redis.call('HDEL', playback, 'lapsedAt', 'lapsedFrom')
redis.call('HSET', playback, 'state', state, 'updatedAt', ARGV[2],
  'seq', text(whole(before[6], 0) + 1))
redis.call('PEXPIRE', playback, ARGV[3])
local after = read_playback()
announce_change(before, after)
return {after, before}
