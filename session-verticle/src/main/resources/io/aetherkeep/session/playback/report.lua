-- Writes a reported change of playback, after a pending position that is newer than the stored one.
-- KEYS    1 the playback   2 its connections
-- ARGV    1 see now.lua   2 now as ISO-8601   3 the lifetime in ms
--         4 the state   5 the podcast   6 the position   7 the rate   8 the seq, each '' to keep it
--         9 the connection, '-' for plain HTTP   10 length of its lease in ms   11 the user
--         12 seq of a pending position, or ''   13 the position   14 its time   15 its podcast
--         16 its turn of exclusive playback, or ''
-- answers 1 written, 0 late, or -1 there is no podcast; then the playback after and before
local before = read_playback()
local seq = whole(before[6], -1)
if ARGV[12] ~= '' and tonumber(ARGV[12]) > seq and ARGV[15] == before[1] then
  seq = tonumber(ARGV[12])
  redis.call('HSET', playback, 'positionMs', ARGV[13], 'updatedAt', ARGV[14], 'seq', ARGV[12])
end
local fresh = ARGV[8] == '' and math.max(seq, 0) + 1 or tonumber(ARGV[8])
if fresh <= seq then return {0, read_playback(), before} end
local podcast = ARGV[5] ~= '' and ARGV[5] or before[1]
if podcast == '' then return {-1} end
local state = ARGV[4] ~= '' and ARGV[4] or before[2]
if state ~= 'playing' and state ~= 'paused' then state = 'stopped' end
local position = ARGV[6]
if position == '' then
  position = podcast == before[1] and redis.call('HGET', playback, 'positionMs') or '0'
end
local rate = ARGV[7] ~= '' and ARGV[7] or before[4]
if rate == '' then rate = '1' end
if ARGV[9] ~= '-' then
  redis.call('ZADD', connections, 'XX', now + ARGV[10], ARGV[9])
elseif state == 'stopped' then
  redis.call('ZREM', connections, '-')
else
  redis.call('ZADD', connections, now + ARGV[10], '-')
end
redis.call('PEXPIRE', connections, ARGV[10])
local after = {podcast, state, position, rate, ARGV[2], text(fresh), ARGV[11], text(sockets()), ''}
redis.call('HSET', playback, 'podcastId', podcast, 'state', state, 'positionMs', position,
  'rate', rate, 'updatedAt', ARGV[2], 'connections', after[8], 'seq', after[6], 'user', ARGV[11])
if before[9] ~= '' then redis.call('HDEL', playback, 'lapsedAt', 'lapsedFrom') end
if ARGV[16] ~= '' then redis.call('HSET', playback, 'turn', ARGV[16]) end
redis.call('PEXPIRE', playback, ARGV[3])
announce_change(before, after)
return {1, after, before}
