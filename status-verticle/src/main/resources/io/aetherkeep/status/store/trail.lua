-- What follows a status, each in a key of its own.
-- A feed takes nothing that is older than its newest; whoever reads it sees by 'prev' what it lacks.
-- It holds 128 entries, fewer where they are large: as many as 2 MiB have room for of the newest size.
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
-- The index of what is under way: when each is to be looked at again.
local function underway(key, id, phase, due)
  repair(key, 'zset')
  if phase == 'running' then
    redis.call('ZADD', key, due, id)
  else
    redis.call('ZREM', key, id)
  end
end
-- How long the last attempts that went well took, in ms, for a month.
local function took(key, millis)
  repair(key, 'list')
  redis.call('LPUSH', key, millis)
  redis.call('LTRIM', key, 0, 63)
  redis.call('PEXPIRE', key, 2592000000)
end
