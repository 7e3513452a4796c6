-- Stops what a session plays for another session of its user that is to play alone, unless its own
-- turn to do so came later.
-- KEYS    1 the playback   2 its connections
-- ARGV    1 see now.lua   2 now in words   3 the lifetime in ms   4 the other's turn
-- answers nothing where it does not play, or came later; else what is played, and what was before
local before = seen()
local turn = whole(redis.call('HGET', playback, 'turn'), 0)
if turn >= tonumber(ARGV[4]) then return false end
redis.call('HDEL', playback, 'lapsedAt', 'lapsedFrom')
if before[2] ~= 'playing' then return false end
redis.call('ZREM', connections, '-')
redis.call('HSET', playback, 'state', 'stopped', 'updatedAt', ARGV[2],
  'connections', text(sockets()), 'seq', text(whole(before[6], 0) + 1))
redis.call('PEXPIRE', playback, ARGV[3])
return {seen(), before}
