-- What the scripts of a stream share; each begins with this file.
-- KEYS: 1 the stream (hash), 2 the beginning of its chunks' keys, 3 its producers (hash),
--       4 its forks (sorted set); all in one slot.
-- A stream's bytes lie in chunks (strings) of CHUNK bytes, numbered by position: what is done at
-- one position costs the same however long the stream is.
local CHUNK = 131072

-- A script for several streams sets these to one's after the other.
local KEYS, ARGV = KEYS, ARGV

-- The time as Redis has it, in microseconds since 1970.
local time = redis.call('TIME')
local now_micros = time[1] * 1000000 + time[2]
local now = math.floor(now_micros / 1000)

local function whole(number)
  return string.format('%.0f', number)
end

-- What an operation seldom needs is read when it does.
local LAZY = {
  __index = function(stream, name)
    local value = redis.call('HGET', KEYS[1], name) or ''
    stream[name] = value
    return value
  end,
}

-- The stream's fields by name, first those that most operations need; nil where there is none.
local function load()
  local got = redis.call('HMGET', KEYS[1], 'tail', 'base', 'expires', 'gone', 'closed', 'media',
    'epoch', 'run', 'fixed', 'ttl', 'kept', 'asked_ttl', 'lease')
  if not got[1] then
    return nil
  end
  local stream = {
    tail = tonumber(got[1]), base = tonumber(got[2]), expires = got[3], gone = got[4] or '',
    closed = got[5] or '', media = got[6] or '', epoch = got[7], run = got[8] or '',
    fixed = got[9] or '', ttl = got[10], kept = got[11] or '0', asked_ttl = got[12] or '',
    lease = got[13] or '', expired = tonumber(got[3]) <= now,
    stopped = got[5] ~= '1' and '' or nil, abandoned = got[5] ~= '1' and '' or nil,
  }
  return setmetatable(stream, LAZY)
end

-- Reads at once what a description needs beyond that.
local function complete(stream)
  local rest = {'type', 'epochs', 'stopped', 'abandoned', 'source', 'session', 'text', 'status',
    'finished'}
  local got = redis.call('HMGET', KEYS[1], unpack(rest))
  for i, name in ipairs(rest) do
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
  if stream.gone == '1' then
    return 'gone'
  end
  if stream.expired then
    return redis.call('ZCARD', KEYS[4]) > 0 and 'gone' or 'unknown'
  end
  return nil
end

local function first_chunk(stream)
  return math.floor(stream.base / CHUNK)
end

local function last_chunk(stream)
  return math.floor((stream.tail - 1) / CHUNK)
end

-- Keeps all keys until a time at least.
local function keep(stream, deadline)
  if tonumber(stream.kept) >= deadline then
    return
  end
  local at = whole(deadline)
  redis.call('HSET', KEYS[1], 'kept', at)
  redis.call('PEXPIREAT', KEYS[1], at)
  redis.call('PEXPIREAT', KEYS[3], at)
  redis.call('PEXPIREAT', KEYS[4], at)
  for number = first_chunk(stream), last_chunk(stream) do
    redis.call('PEXPIREAT', KEYS[2] .. number, at)
  end
  stream.kept = at
end

-- Starts the lifetime anew where the stream has one that slides. What Redis keeps lives somewhat
-- longer than the stream, so that its many keys need not be told at each use.
local function renew(stream)
  if stream.fixed ~= '' then
    return
  end
  local lifetime = tonumber(stream.ttl)
  local expires = now + lifetime
  local exact = stream.asked_ttl ~= ''
  if not exact and tonumber(stream.expires) > expires - lifetime / 64 then
    return
  end
  redis.call('HSET', KEYS[1], 'expires', whole(expires))
  stream.expires = whole(expires)
  if tonumber(stream.kept) < expires then
    keep(stream, expires + math.max(1000, lifetime / 8))
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
-- not got from its predecessor are lost, and their offsets are not given out again.
local function follow_server(stream, run, at)
  if stream.run ~= run then
    local epoch = math.max(tonumber(stream.epoch) + 1, now_micros)
    stream.epoch = whole(epoch)
    stream.epochs = stream.epochs .. ',' .. stream.epoch .. ':' .. whole(at)
    stream.run = run
    redis.call('HSET', KEYS[1], 'epoch', stream.epoch, 'epochs', stream.epochs, 'run', run)
  end
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
      redis.call('SET', chunk, part, 'PXAT', stream.kept)
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
  return true
end

-- Tells those who follow: a line of words, then the bytes where there are few.
local function tell(channel, stream, from, bytes)
  local inline = #bytes <= 65536
  redis.call('PUBLISH', channel,
    whole(from) .. ' ' .. whole(stream.tail) .. ' ' .. stream.epoch .. ' ' .. stream.closed .. ' ' ..
    stream.abandoned .. ' ' .. (inline and 'inline' or 'read') .. '\n' .. stream.stopped .. '\n' ..
    (inline and bytes or ''))
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
    whole(now),
  }
end
