-- What the scripts of a stream share; each begins with this file.
-- KEYS: 1 the stream (hash), 2 the beginning of its chunks' keys, 3 its producers (hash),
--       4 its forks (sorted set); all in one slot.
-- A stream's bytes lie in chunks (strings) of CHUNK bytes, numbered by position: what is done at
-- one position costs the same however long the stream is.
local CHUNK = 131072

-- What nearly every operation needs, and few change, is one field of the stream, 'head': each value
-- of HEAD and a space. Only 'tail' is a field beside it, for each append writes that.
local HEAD = {'base', 'first', 'expires', 'kept', 'ttl', 'asked_ttl', 'fixed', 'gone', 'closed',
  'media', 'epoch', 'run', 'lease'}
local HEAD_PATTERN = string.rep('([^ ]*) ', #HEAD)

-- A script for several streams sets these to one's after the other.
local KEYS, ARGV = KEYS, ARGV

-- The time as Redis has it, in microseconds since 1970.
local time = redis.call('TIME')
local now_micros = time[1] * 1000000 + time[2]
local now = math.floor(now_micros / 1000)

-- A whole number as text; by itself Lua writes those of 15 digits and more in another way.
local function whole(number)
  return string.format('%.0f', number)
end

-- The fields beside them, which a description needs, and those that few operations do.
local DESCRIPTION = {'type', 'epochs', 'stopped', 'abandoned', 'source', 'session', 'text', 'status',
  'finished'}
local SELDOM = {step = true, asked = true, closer = true, seq = true, lease_until = true}
for _, name in ipairs(DESCRIPTION) do
  SELDOM[name] = true
end

-- What an operation seldom needs is read when it does.
local LAZY = {
  __index = function(stream, name)
    if not SELDOM[name] then
      return nil
    end
    local value = redis.call('HGET', KEYS[1], name) or ''
    stream[name], stream.looked = value, true
    return value
  end,
}

-- The values of HEAD where they lie in fields of their own, as they did before there was a head.
local function scattered()
  local got = redis.call('HMGET', KEYS[1], unpack(HEAD))
  for i = 1, #HEAD do
    got[i] = got[i] or ''
  end
  got[2] = '0'
  return table.concat(got, ' ') .. ' '
end

-- The stream, its fields by name; nil where there is none, 'damaged' where they are no stream's. In a table that held another one before,
-- where that is given.
local function load(stream)
  local got = redis.call('HMGET', KEYS[1], 'tail', 'head')
  if not got[1] then
    return nil
  end
  local base, first, expires, kept, ttl, asked_ttl, fixed, gone, closed, media, epoch, run, lease =
    string.match(got[2] or scattered(), HEAD_PATTERN)
  stream = stream or setmetatable({}, LAZY)
  stream.tail, stream.at = tonumber(got[1]), got[1]
  stream.base, stream.first = tonumber(base), tonumber(first)
  stream.expires, stream.kept = tonumber(expires), tonumber(kept)
  -- Another has written what no stream has.
  stream.damaged = not (stream.tail and stream.base and stream.first and stream.expires
    and stream.kept and tonumber(ttl) and tonumber(epoch))
  stream.expired = not stream.damaged and stream.expires <= now
  stream.ttl, stream.asked_ttl, stream.fixed, stream.gone = ttl, asked_ttl, fixed, gone
  stream.closed, stream.media, stream.epoch, stream.run, stream.lease = closed, media, epoch, run, lease
  stream.scattered, stream.changed = not got[2], false
  -- Who has these is closed.
  local none = closed ~= '1' and '' or nil
  stream.stopped, stream.abandoned = none, none
  return stream
end

-- Changes a value of HEAD, which is written with the next that is saved.
local function set(stream, name, value)
  stream[name] = value
  stream.changed = true
end

-- Writes what changed of a stream, and other fields of it.
local function save(stream, fields)
  if not (stream.changed or stream.scattered or fields) then
    redis.call('HSET', KEYS[1], 'tail', stream.at or whole(stream.tail))
    return
  end
  fields = fields or {}
  if stream.changed or stream.scattered then
    local head = {}
    for i, name in ipairs(HEAD) do
      local value = stream[name]
      head[i] = type(value) == 'number' and whole(value) or value
    end
    fields[#fields + 1] = 'head'
    fields[#fields + 1] = table.concat(head, ' ') .. ' '
  end
  fields[#fields + 1] = 'tail'
  fields[#fields + 1] = whole(stream.tail)
  redis.call('HSET', KEYS[1], unpack(fields))
  if stream.scattered then
    redis.call('HDEL', KEYS[1], unpack(HEAD))
  end
  stream.changed, stream.scattered = false, false
end

-- Reads at once what a description needs beyond that.
local function complete(stream)
  local got = redis.call('HMGET', KEYS[1], unpack(DESCRIPTION))
  for i, name in ipairs(DESCRIPTION) do
    if rawget(stream, name) == nil then
      stream[name] = got[i] or ''
    end
  end
end

-- How it is with a stream that is not to be used; nil where it is.
local function refusal(stream)
  if not stream then
    return 'unknown'
  end
  if stream.damaged then
    return 'damaged'
  end
  if stream.gone == '1' then
    return 'gone'
  end
  if stream.expired then
    return redis.call('ZCARD', KEYS[4]) > 0 and 'gone' or 'unknown'
  end
  return nil
end

local function first_chunk(stream)
  return math.floor(math.max(stream.base, stream.first) / CHUNK)
end

local function last_chunk(stream)
  return math.floor((stream.tail - 1) / CHUNK)
end

-- Keeps all keys until a time at least.
local function keep(stream, deadline)
  if stream.kept >= deadline then
    return
  end
  local at = whole(deadline)
  set(stream, 'kept', deadline)
  redis.call('PEXPIREAT', KEYS[1], at)
  redis.call('PEXPIREAT', KEYS[3], at)
  redis.call('PEXPIREAT', KEYS[4], at)
  for number = first_chunk(stream), last_chunk(stream) do
    redis.call('PEXPIREAT', KEYS[2] .. number, at)
  end
end

-- Starts the lifetime anew where the stream has one that slides. What Redis keeps lives somewhat
-- longer than the stream, so that its many keys need not be told at each use.
local function renew(stream)
  if stream.fixed ~= '' then
    return
  end
  local lifetime = tonumber(stream.ttl)
  local expires = now + lifetime
  if stream.asked_ttl ~= '' then
    -- A little more than was asked for, so that not each token says it anew.
    if stream.expires >= expires then
      return
    end
    expires = expires + 100
  elseif stream.expires > expires - lifetime / 64 then
    return
  end
  set(stream, 'expires', expires)
  if stream.kept < expires then
    keep(stream, math.floor(expires + math.max(1000, lifetime / 8)))
  end
end

-- Removes a stream with all it holds.
local function remove(stream)
  for number = first_chunk(stream), last_chunk(stream) do
    redis.call('UNLINK', KEYS[2] .. number)
  end
  redis.call('UNLINK', KEYS[1], KEYS[3], KEYS[4])
end

-- Begins an epoch where the server is another one than that of the last append: appends that it had
-- not got from its predecessor are lost, and their offsets are not given out again. Answers the
-- fields that are to be saved with the stream's; nil for none.
local function follow_server(stream, run, at)
  if stream.run ~= run then
    local epoch = whole(math.max(tonumber(stream.epoch) + 1, now_micros))
    stream.epochs = stream.epochs .. ',' .. epoch .. ':' .. whole(at)
    set(stream, 'epoch', epoch)
    set(stream, 'run', run)
    return {'epochs', stream.epochs}
  end
  return nil
end

-- Takes a part that was appended to a chunk off again.
local function withdraw(chunk, size)
  if size == 0 then
    redis.call('UNLINK', chunk)
  else
    redis.call('SET', chunk, redis.call('GETRANGE', chunk, 0, size - 1), 'KEEPTTL')
  end
end

-- Appends bytes; answers whether the chunk reached to where the stream ends, and where it did not has
-- changed nothing: what another took away is not written over. What lies beyond the end was left by a
-- script that Redis broke off, and was never acknowledged.
local function store(stream, bytes)
  local from = 1
  while from <= #bytes do
    local number = math.floor(stream.tail / CHUNK)
    local chunk = KEYS[2] .. number
    local present = stream.tail - math.max(number * CHUNK, stream.base)
    local room = (number + 1) * CHUNK - stream.tail
    local part = bytes
    if from > 1 or #bytes > room then
      part = string.sub(bytes, from, from + room - 1)
    end
    if present == 0 then
      redis.call('SET', chunk, part, 'PXAT', whole(stream.kept))
    else
      local size = redis.call('APPEND', chunk, part)
      if size < present + #part then
        withdraw(chunk, size - #part)
        return false
      end
      if size > present + #part then
        local before = redis.call('GETRANGE', chunk, 0, present - 1)
        redis.call('SET', chunk, before .. part, 'KEEPTTL')
      end
    end
    stream.tail = stream.tail + #part
    from = from + #part
  end
  stream.at = nil
  return true
end

-- Where the first whole message of JSON, or the first character of a text, begins from the beginning
-- of a chunk on; 'before' is the byte before it.
local function aligned(stream, number, before)
  if string.sub(stream.media, 1, 5) == 'text/' then
    local _, rest = string.find(redis.call('GETRANGE', KEYS[2] .. number, 0, 2), '^[\128-\191]*')
    return number * CHUNK + rest
  end
  if stream.media ~= 'application/json' or before == '\30' then
    return number * CHUNK
  end
  for at = number, last_chunk(stream) do
    local stop = string.find(redis.call('GETRANGE', KEYS[2] .. at, 0, -1), '\30', 1, true)
    if stop then
      return at * CHUNK + stop
    end
    redis.call('UNLINK', KEYS[2] .. at)
  end
  return stream.tail
end

-- Retention: drops the oldest chunks, as long as so many bytes are left without the oldest, or its
-- last byte is older than so many ms; '' is no bound. What forks may inherit stays, and the chunk
-- that is written to.
local function trim(stream, bytes, millis)
  local first, last = first_chunk(stream), last_chunk(stream)
  if bytes .. millis == '' or first >= last or redis.call('ZCARD', KEYS[4]) > 0 then
    return
  end
  local most, oldest = tonumber(bytes) or math.huge, now - (tonumber(millis) or math.huge)
  local number, before = first, nil
  while number < last do
    local enough = stream.tail - (number + 1) * CHUNK >= most
    if not enough then
      local ended = millis ~= '' and redis.call('HGET', KEYS[1], 'ended:' .. number)
      if not ended or tonumber(ended) > oldest then
        break
      end
    end
    before = redis.call('GETRANGE', KEYS[2] .. number, -1, -1)
    redis.call('UNLINK', KEYS[2] .. number)
    redis.call('HDEL', KEYS[1], 'ended:' .. number)
    number = number + 1
  end
  if number > first then
    set(stream, 'first', aligned(stream, number, before))
  end
end

-- Where the tail is, and whether the stream is closed: 'tail epoch closed'. Numbers are written out
-- once, for that costs as much as a command.
local function place(stream)
  stream.at = stream.at or whole(stream.tail)
  return stream.at .. ' ' .. stream.epoch .. ' ' .. stream.closed
end

-- Tells those who follow from where on there is more, how it is with the stream then, and, on lines of
-- their own, why it was stopped and the bytes where there are few.
local function tell(channel, stream, from, bytes)
  local inline = #bytes <= 65536
  redis.call('PUBLISH', channel,
    from .. ' ' .. place(stream) .. ' ' .. stream.abandoned .. (inline and ' inline\n' or ' read\n') ..
    stream.stopped .. '\n' .. (inline and bytes or ''))
end

local function tell_deleted(channel)
  redis.call('PUBLISH', channel, 'deleted\n\n')
end

-- A stream as it is answered.
local function described(verdict, stream)
  complete(stream)
  return {
    verdict, whole(stream.tail), stream.epoch, stream.closed, stream.type, stream.epochs,
    stream.asked_ttl, stream.fixed, stream.stopped, stream.abandoned, stream.source,
    whole(stream.base), stream.lease, stream.session, stream.text, stream.status, stream.finished,
    whole(now), whole(stream.first),
  }
end
