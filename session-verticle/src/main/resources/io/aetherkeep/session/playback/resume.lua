-- Lets a session go on with what it played under another id, unless something is played under that
-- one already; plain HTTP's lease gives it time.
-- KEYS    1 the playback   2 its connections
-- ARGV    1 see now.lua   2 what DUMP said of the other playback   3 how long the lease lasts, in ms
--         4 the lifetime in ms
--         5 the seq of a position that waits, or ''   6 it   7 when   8 of which podcast
-- answers what is played, or nothing
if redis.call('EXISTS', playback) == 0 then
  redis.call('RESTORE', playback, ARGV[4], ARGV[2])
  local readable, read = pcall(seen)
  if not readable or read[1] == '' then
    redis.call('UNLINK', playback)
    return false
  end
  if ARGV[5] ~= '' and tonumber(ARGV[5]) > whole(read[6], -1) and ARGV[8] == read[1] then
    redis.call('HSET', playback, 'positionMs', ARGV[6], 'updatedAt', ARGV[7], 'seq', ARGV[5])
  end
  redis.call('HSET', playback, 'connections', '0')
  redis.call('HDEL', playback, 'lapsedAt', 'lapsedFrom')
  if read[2] == 'playing' or read[2] == 'paused' then
    redis.call('ZADD', connections, now + ARGV[3], '-')
    redis.call('PEXPIRE', connections, ARGV[3])
  end
end
return seen()
