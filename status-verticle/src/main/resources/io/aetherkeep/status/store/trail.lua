-- Functions shared by the scripts of a status: offsets, notices, and the keys that depend on it.

-- Names of the fields of an attempt record; a script answers the first ANSWERED of them.
local NAMES = {'offset', 'prev', 'attempt', 'phase', 'at', 'beat', 'started', 'progress', 'sha',
  'source', 'stalled', 'cancel', 'children', 'rank'}
local ANSWERED = 13
-- Reads an attempt record.
local function attempt_record(key)
  local run = {}
  for i, value in ipairs(redis.call('HMGET', key, unpack(NAMES))) do run[NAMES[i]] = value or nil end
  return run
end
-- Returns a script's answer: a word, a number, and an attempt record.
local function answer_with(verdict, number, run)
  local reply = {verdict, number}
  for i = 1, ANSWERED do reply[i + 2] = run[NAMES[i]] or '' end
  return reply
end
-- The offset after another one: the time in ms, and a number that separates offsets of one ms.
local function following(offset, now)
  local millis, number = string.match(offset or '0-0', '^(%d+)-(%d+)$')
  if now > tonumber(millis) then return string.format('%.0f-0', now) end
  return millis .. '-' .. string.format('%d', number + 1)
end
-- Publishes a status to all nodes: a line of words, then the document. The last words are a request
-- to cancel, and 'children=' with the summary of its children.
local function publish(channel, kind, id, run, expires, document)
  local words = {kind, id, run.offset, run.prev == '' and '-' or run.prev, run.attempt, run.phase,
    run.at, string.format('%d', expires)}
  if (run.cancel or '') ~= '' then words[#words + 1] = run.cancel end
  if (run.children or '') ~= '' then words[#words + 1] = 'children=' .. run.children end
  redis.call('PUBLISH', channel, table.concat(words, ' ') .. '\n' .. document)
end
-- Appends to a feed, which rejects entries older than its newest; readers detect a gap by 'prev'.
-- It holds 128 entries, or fewer if they are large: as many of the newest entry's size as fit into
-- 2 MiB.
local function feed(key, e)
  repair(key, 'stream')
  local room = math.floor(2097152 / math.max(1, #e.document))
  local fields = {'prev', e.prev, 'attempt', e.attempt, 'phase', e.phase, 'at', e.at,
    'document', e.document}
  if (e.cancel or '') ~= '' then
    fields[#fields + 1] = 'cancel'
    fields[#fields + 1] = e.cancel
  end
  if (e.children or '') ~= '' then
    fields[#fields + 1] = 'children'
    fields[#fields + 1] = e.children
  end
  local added = redis.pcall('XADD', key, 'MAXLEN', math.max(1, math.min(128, room)), e.offset,
    unpack(fields))
  if type(added) == 'table' and added.err and not string.find(added.err, 'equal or smaller') then
    error(added.err)
  end
  redis.call('PEXPIRE', key, e.life)
end
-- Updates the index of running work, by the time of the next check.
local function underway(key, id, phase, due)
  repair(key, 'zset')
  if phase == 'running' then
    redis.call('ZADD', key, due, id)
  else
    redis.call('ZREM', key, id)
  end
end
-- Adds to the durations of the last successful attempts in ms, kept for a month.
local function took(key, millis)
  repair(key, 'list')
  redis.call('LPUSH', key, millis)
  redis.call('LTRIM', key, 0, 63)
  redis.call('PEXPIRE', key, 2592000000)
end
