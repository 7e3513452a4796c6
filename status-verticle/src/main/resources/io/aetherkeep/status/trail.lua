-- What follows a status, each in a key of its own.
-- A feed takes nothing that is older than its newest; whoever reads it sees by 'prev' what it lacks.
local function feed(key, e)
  local added = redis.pcall('XADD', key, 'MAXLEN', e.length, e.offset, 'prev', e.prev,
    'attempt', e.attempt, 'phase', e.phase, 'at', e.at, 'document', e.document)
  if type(added) == 'table' and added.err and not string.find(added.err, 'equal or smaller') then
    error(added.err)
  end
  redis.call('PEXPIRE', key, e.life)
end
-- The index of what is under way: when each is to be looked at again.
local function underway(key, id, phase, due)
  if phase == 'running' then
    redis.call('ZADD', key, due, id)
  else
    redis.call('ZREM', key, id)
  end
end
-- How long the last attempts that went well took, in ms, for a month.
local function took(key, millis)
  redis.call('LPUSH', key, millis)
  redis.call('LTRIM', key, 0, 63)
  redis.call('PEXPIRE', key, 2592000000)
end
