-- Stops playback in favour of another session of the user that plays exclusively, unless this
-- session has a later turn.
-- KEYS    1 the playback   2 its connections
-- ARGV    1 see now.lua   2 now as ISO-8601   3 the lifetime in ms   4 the other session's turn
-- answers nothing where it does not play or has a later turn; else the playback after and before
local before = read_playback()
local turn = whole(redis.call('HGET', playback, 'turn'), 0)
if turn >= tonumber(ARGV[4]) then return false end
redis.call('HDEL', playback, 'lapsedAt', 'lapsedFrom')
if before[2] ~= 'playing' then return false end
redis.call('ZREM', connections, '-')
redis.call('HSET', playback, 'state', 'stopped', 'updatedAt', ARGV[2],
  'connections', text(sockets()), 'seq', text(whole(before[6], 0) + 1))
redis.call('PEXPIRE', playback, ARGV[3])
local after = read_playback()
announce_change(before, after)
return {after, before}
