-- Copies playback to the new id of a session, unless the new id plays something already. The
-- lease of plain HTTP keeps it playing until a client reconnects.
-- KEYS    1 the playback   2 its connections
-- ARGV    1 see now.lua   2 DUMP of the other playback   3 length of the lease in ms
--         4 the lifetime in ms
--         5 seq of a pending position, or ''   6 the position   7 its time   8 its podcast
-- answers the playback, or nothing
if redis.call('EXISTS', playback) == 0 then
  redis.call('RESTORE', playback, ARGV[4], ARGV[2])
  local readable, read = pcall(read_playback)
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
return read_playback()
