-- Functions shared by the scripts of a stream; each script begins with this file.
-- KEYS: 1 the stream (hash), 2 the prefix of its chunks' keys, 3 its producers (hash),
--       4 its forks (sorted set); all in one slot.

-- The field 'head' has the values that nearly every operation needs, separated by spaces:
--   due                time until which a use does not restart the lifetime, and before which the
--                      stream does not expire (formatted by stamp)
--   tail, epoch        its end, and the current epoch
--   base, first        the start of its own bytes, and of the retained bytes
--   media, run         its media type, and the server's run id at its last append
--   lease, closed      in ms, or ''; '1' or ''
--   producer           'epoch seq id' of the last append by a producer, or ''; in KEYS[3] only
--                      after another producer has appended
-- The field 'life' has its expiry, the expiry of its keys in Redis, its lifetime, the requested
-- lifetime or '', and a fixed expiry or ''. Other values are separate fields.

-- Creating a text costs Lua a quarter of a command's time, so an append creates as few as possible.

local PLACE = '^(%d+) (%d+) (%d+) (%d+) (%d+) ()'
local REST = '^([^ ]+) ([^ ]*) (%d*) (1?) (.*)$'
local LIFE = '^(%d+) (%d+) (%d+) (%d*) (%d*)$'

-- A script for several streams assigns these for one stream after the other.
local KEYS, ARGV = KEYS, ARGV

-- A new epoch: microseconds since 1970.
local function epoch_of_now()
  return time[1] * 1000000 + time[2]
end

-- Reads a separate field once.
local function field(stream, name)
  local value = stream[name]
  if not value then
    value = redis.call('HGET', KEYS[1], name) or ''
    stream[name] = value
  end
  return value
end

-- Reads the field 'life' once.
local function read_life(stream)
  if stream.kept then
    return
  end
  local expires, kept, ttl, asked_ttl, fixed =
    string.match(redis.call('HGET', KEYS[1], 'life') or '', LIFE)
  stream.damaged = not expires
  stream.expires, stream.kept, stream.ttl = expires, tonumber(kept), tonumber(ttl)
  stream.asked_ttl, stream.fixed = asked_ttl, fixed
end

-- Reads the stream into a table; nil if it does not exist. The table is 'damaged' if another
-- service has written an invalid value. An append passes a table to reuse, the expected media type,
-- and the usual part of the head for it, which makes parsing faster.
local function load(stream, media, usual)
  local head = redis.call('HGET', KEYS[1], 'head')
  if not head then
    return nil
  end
  local due, at, epoch, base, first, rest = string.match(head, PLACE)
  local run, lease, closed, producer = ARGV[1], '', '', nil
  if due and usual and string.find(head, usual, rest, true) == rest then
    producer = string.sub(head, rest + #usual)
  elseif due then
    media, run, lease, closed, producer = string.match(head, REST, rest)
  end
  stream = stream or {}
  stream.damaged, stream.changed, stream.expired = not producer, false, false
  if stream.damaged then
    return stream
  end
  stream.at, stream.tail, stream.epoch = at, tonumber(at), epoch
  stream.base, stream.first = tonumber(base), tonumber(first)
  stream.media, stream.run, stream.lease, stream.closed = media, run, lease, closed
  stream.due, stream.producer = due, producer
  -- The part between tail and producer.
  stream.middle = string.sub(head, #due + #at + 2, #head - #producer)
  stream.kept, stream.type, stream.epochs, stream.closer, stream.seq = nil, nil, nil, nil, nil
  -- Only closed streams have these.
  local none = closed == '' and '' or nil
  stream.stopped, stream.abandoned = none, none
  if due <= now_stamp or not usual then
    read_life(stream)
    stream.expired = not stream.damaged and stream.expires <= now_stamp
  end
  return stream
end

-- Sets a value in the middle part of the head, to be written by the next save.
local function set(stream, name, value)
  stream[name] = value
  stream.changed = true
end

-- Writes the head, and optional other fields: names and values in turn.
local function save(stream, fields)
  if stream.changed then
    stream.middle = table.concat({
      '', stream.epoch, whole(stream.base), whole(stream.first), stream.media, stream.run, stream.lease,
      stream.closed, '',
    }, ' ')
    stream.changed = false
  end
  local head = stream.due .. ' ' .. stream.at .. stream.middle .. stream.producer
  if not fields then
    redis.call('HSET', KEYS[1], 'head', head)
    return
  end
  fields[#fields + 1] = 'head'
  fields[#fields + 1] = head
  redis.call('HSET', KEYS[1], unpack(fields))
end

local function life(stream)
  return stream.expires .. ' ' .. whole(stream.kept) .. ' ' .. whole(stream.ttl) .. ' ' ..
    stream.asked_ttl .. ' ' .. stream.fixed
end

local function save_life(stream)
  redis.call('HSET', KEYS[1], 'life', life(stream))
end

-- Reads the other fields of a description with one command.
local DESCRIPTION = {'type', 'epochs', 'stopped', 'abandoned', 'source', 'session', 'text', 'status',
  'finished', 'born'}
local function complete(stream)
  local got = redis.call('HMGET', KEYS[1], unpack(DESCRIPTION))
  for i, name in ipairs(DESCRIPTION) do
    stream[name] = stream[name] or got[i] or ''
  end
end

-- The reason why a stream cannot be used; nil if it can.
local function refusal(stream)
  if not stream then
    return 'unknown'
  end
  if stream.damaged then
    return 'damaged'
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

-- Extends the expiry of all keys to at least a time.
local function keep(stream, deadline)
  if stream.kept >= deadline then
    return
  end
  local at = whole(deadline)
  stream.kept = deadline
  redis.call('PEXPIREAT', KEYS[1], at)
  redis.call('PEXPIREAT', KEYS[3], at)
  redis.call('PEXPIREAT', KEYS[4], at)
  for number = first_chunk(stream), last_chunk(stream) do
    redis.call('PEXPIREAT', KEYS[2] .. number, at)
  end
end

-- Starts the lifetime now, and answers its end. To save writes, not every append restarts it: a
-- requested lifetime gets a small extra time, and a default one is restarted a little late.
local function begin_life(stream)
  local lifetime = stream.ttl
  local slack = lifetime / 64
  if stream.asked_ttl ~= '' then
    slack = math.max(100, math.min(1000, slack))
    lifetime = lifetime + slack
  end
  stream.expires = stamp(now + lifetime)
  set(stream, 'due', stamp(now + slack))
  return now + lifetime
end

-- Restarts a sliding lifetime. The keys in Redis live somewhat longer than the stream, so that a
-- use need not extend all of them.
local function renew(stream)
  if stream.due > now_stamp then
    return
  end
  local expires = begin_life(stream)
  if stream.kept < expires then
    keep(stream, math.floor(expires + math.max(1000, stream.ttl / 8)))
  end
  save_life(stream)
end

-- Removes a stream with all its keys.
local function remove(stream)
  for number = first_chunk(stream), last_chunk(stream) do
    redis.call('UNLINK', KEYS[2] .. number)
  end
  redis.call('UNLINK', KEYS[1], KEYS[3], KEYS[4])
end

-- Starts a new epoch, after a server's run id other than at the last append: a failover may have
-- lost appends, and their offsets must not be reused. Answers the epochs, to be saved by the
-- caller.
local function start_epoch(stream, run, at)
  local epoch = whole(math.max(tonumber(stream.epoch) + 1, epoch_of_now()))
  stream.epochs = field(stream, 'epochs') .. ',' .. epoch .. ':' .. whole(at)
  set(stream, 'epoch', epoch)
  set(stream, 'run', run)
  return stream.epochs
end

-- Appends a part to its chunk; answers false if the chunk is shorter than the stream says.
local function store_part(stream, part)
  local tail, base = stream.tail, stream.base
  local start = tail - tail % CHUNK
  local present = tail - (base > start and base or start)
  local chunk = KEYS[2] .. start / CHUNK
  if present == 0 then
    read_life(stream)
    if stream.damaged then
      return false
    end
    redis.call('SET', chunk, part, 'PXAT', whole(stream.kept))
  else
    local size = redis.call('APPEND', chunk, part)
    if size < present + #part then
      truncate(chunk, size - #part)
      return false
    end
    if size > present + #part then
      local before = redis.call('GETRANGE', chunk, 0, present - 1)
      redis.call('SET', chunk, before .. part, 'KEEPTTL')
    end
  end
  stream.tail = tail + #part
  return true
end

-- Appends bytes; answers false, without a change, if the chunk is shorter than the stream says,
-- because another client has removed bytes. Bytes beyond the end are overwritten: they come from a
-- script that Redis aborted, and were never acknowledged.
local function store(stream, bytes)
  local from, room = 1, CHUNK - stream.tail % CHUNK
  if #bytes > room then
    read_life(stream)
  end
  while #bytes - from >= room do
    if stream.damaged or not store_part(stream, string.sub(bytes, from, from + room - 1)) then
      return false
    end
    from, room = from + room, CHUNK
  end
  if from <= #bytes and not store_part(stream, from == 1 and bytes or string.sub(bytes, from)) then
    return false
  end
  stream.at = whole(stream.tail)
  return true
end

-- The position of the first whole JSON message, or whole character of a text, at or after the start
-- of a chunk; 'before' is the byte before the chunk.
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

-- Records the end of the chunks before the last one, beginning with the chunk of the byte before a
-- position: the fast path may have filled that one exactly. An earlier time stays.
local function end_chunks(stream, from)
  local first = math.max(first_chunk(stream), math.floor((from - 1) / CHUNK))
  for number = first, last_chunk(stream) - 1 do
    redis.call('HSETNX', KEYS[1], 'ended:' .. number, whole(now))
  end
end

-- Retention: drops the oldest chunk while the other chunks have at least that many bytes, or while
-- its last byte is older than that many ms; '' is no limit. A stream with forks drops nothing, and
-- the current chunk stays.
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
      if millis ~= '' and not ended then
        -- The chunk ended before the space had this limit.
        end_chunks(stream, number * CHUNK + 1)
      end
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

-- The state of the tail: 'tail epoch closed'.
local function tail_state(stream)
  return stream.at .. ' ' .. stream.epoch .. ' ' .. stream.closed
end

-- Publishes a notice to followers: the offset of the new bytes and the state of the tail; on
-- separate lines the reason of a stop, and the bytes if they are few.
local function publish(channel, stream, from, bytes, state)
  local inline = #bytes <= MOST_PUBLISHED
  redis.call('PUBLISH', channel,
    from .. ' ' .. (state or tail_state(stream)) .. ' ' .. field(stream, 'abandoned') ..
    (inline and ' inline\n' or ' read\n') .. field(stream, 'stopped') .. '\n' .. (inline and bytes or ''))
end

local function publish_deleted(channel)
  redis.call('PUBLISH', channel, 'deleted\n\n')
end

-- The answer of a script about a stream.
local function described(verdict, stream)
  complete(stream)
  return {
    verdict, stream.at, stream.epoch, stream.closed, stream.type, stream.epochs,
    stream.asked_ttl, stream.fixed, stream.stopped, stream.abandoned, stream.source,
    whole(stream.base), stream.lease, stream.session, stream.text, stream.status, stream.finished,
    whole(now), whole(stream.first), stream.born,
  }
end
