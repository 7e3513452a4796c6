-- Updates of the keys that depend on a status.
-- A feed rejects entries older than its newest; readers detect a gap by 'prev'. It holds 128 entries, or
-- fewer where they are large: as many of the newest size as fit into 2 MiB.
local function feed(key, e)
  repair(key, 'stream')
  local room = math.floor(2097152 / math.max(1, #e.document))
  local added = redis.pcall('XADD', key, 'MAXLEN', math.max(1, math.min(128, room)), e.offset,
    'prev', e.prev, 'attempt', e.attempt, 'phase', e.phase, 'at', e.at, 'document', e.document)
  if type(added) == 'table' and added.err and not string.find(added.err, 'equal or smaller') then
    error(added.err)
  end
  redis.call('PEXPIRE', key, e.life)
end
-- The index of running work, by the time of the next check.
local function underway(key, id, phase, due)
  repair(key, 'zset')
  if phase == 'running' then
    redis.call('ZADD', key, due, id)
  else
    redis.call('ZREM', key, id)
  end
end
-- Durations of the last successful attempts in ms, kept for a month.
local function took(key, millis)
  repair(key, 'list')
  redis.call('LPUSH', key, millis)
  redis.call('LTRIM', key, 0, 63)
  redis.call('PEXPIRE', key, 2592000000)
end
