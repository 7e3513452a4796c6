-- What the scripts of a stream share; each begins with this file.
-- KEYS: 1 the stream (hash), 2 the beginning of its chunks' keys, 3 its producers (hash),
--       4 its forks (sorted set); all in one slot.

-- What nearly every operation needs of a stream is one field of it, 'head': these values, each with a
-- space after it but the last.
--   due                until when a use does not begin its lifetime anew, as stamp has it; it has not
--                      expired until then
--   tail, epoch        where it ends, and the epoch there
--   base, first        where its own bytes begin, and those that are retained
--   media, run         its media type, and the server's run at its last append
--   lease, closed      in ms, or ''; '1' or ''
--   producer           'epoch seq id' of the last append by a producer, or ''; it is not in KEYS[3]
--                      until another producer appends
-- Another one is 'life': when it expires, until when Redis keeps its keys, its lifetime, the one that
-- was asked for or '', and a fixed end or ''. What few operations need are fields of their own.
-- An append makes as few texts as it can: each costs Lua a quarter of what a command does.
local PLACE = '^(%d+) (%d+) (%d+) (%d+) (%d+) ()'
local REST = '^([^ ]+) ([^ ]*) (%d*) (1?) (.*)$'
local LIFE = '^(%d+) (%d+) (%d+) (%d*) (%d*)$'

-- A script for several streams sets these to one's after the other.
local KEYS, ARGV = KEYS, ARGV

-- An epoch that begins now: microseconds since 1970.
local function epoch_of_now()
  return time[1] * 1000000 + time[2]
end

-- A field that few operations need.
local function field(stream, name)
  local value = stream[name]
  if not value then
    value = redis.call('HGET', KEYS[1], name) or ''
    stream[name] = value
  end
  return value
end

-- Reads its life, where that was not read.
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

-- The stream by the names of its values; nil where there is none, 'damaged' where another has written
-- what no stream has. An append gives a table that held another stream before, and the media type that
-- the stream usually has, and text that follows then.
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
  -- What stands between tail and producer.
  stream.middle = string.sub(head, #due + #at + 2, #head - #producer)
  stream.kept, stream.type, stream.epochs, stream.closer, stream.seq = nil, nil, nil, nil, nil
  -- Who has these is closed.
  local none = closed == '' and '' or nil
  stream.stopped, stream.abandoned = none, none
  if due <= now_stamp or not usual then
    read_life(stream)
    stream.expired = not stream.damaged and stream.expires <= now_stamp
  end
  return stream
end

-- Changes a value of the head beside tail and producer, which is written with the next that is saved.
local function set(stream, name, value)
  stream[name] = value
  stream.changed = true
end

-- Writes the head, and other fields that are given: names and values.
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

-- Reads at once what a description needs beyond that.
local DESCRIPTION = {'type', 'epochs', 'stopped', 'abandoned', 'source', 'session', 'text', 'status',
  'finished'}
local function complete(stream)
  local got = redis.call('HMGET', KEYS[1], unpack(DESCRIPTION))
  for i, name in ipairs(DESCRIPTION) do
    stream[name] = stream[name] or got[i] or ''
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
  stream.kept = deadline
  redis.call('PEXPIREAT', KEYS[1], at)
  redis.call('PEXPIREAT', KEYS[3], at)
  redis.call('PEXPIREAT', KEYS[4], at)
  for number = first_chunk(stream), last_chunk(stream) do
    redis.call('PEXPIREAT', KEYS[2] .. number, at)
  end
end

-- Begins the lifetime now, and answers when it ends. One that was asked for is a little longer than
-- that, and any other is begun anew a little late, so that not each token does.
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

-- Starts the lifetime anew where the stream has one that slides. What Redis keeps lives somewhat
-- longer than the stream, so that its many keys need not be told at each use.
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

-- Removes a stream with all it holds.
local function remove(stream)
  for number = first_chunk(stream), last_chunk(stream) do
    redis.call('UNLINK', KEYS[2] .. number)
  end
  redis.call('UNLINK', KEYS[1], KEYS[3], KEYS[4])
end

-- Begins an epoch where the server is another one than that of the last append: appends that it had
-- not got from its predecessor are lost, and their offsets are not given out again. Answers the
-- epochs, which are to be saved.
local function follow_server(stream, run, at)
  local epoch = whole(math.max(tonumber(stream.epoch) + 1, epoch_of_now()))
  stream.epochs = field(stream, 'epochs') .. ',' .. epoch .. ':' .. whole(at)
  set(stream, 'epoch', epoch)
  set(stream, 'run', run)
  return stream.epochs
end

-- Appends a part to the chunk it belongs to; answers whether that reached to where the stream ends.
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
      withdraw(chunk, size - #part)
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

-- Appends bytes; answers whether the chunk reached to where the stream ends, and where it did not has
-- changed nothing: what another took away is not written over. What lies beyond the end was left by a
-- script that Redis broke off, and was never acknowledged.
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

-- Where the tail is, and whether the stream is closed: 'tail epoch closed'.
local function place(stream)
  return stream.at .. ' ' .. stream.epoch .. ' ' .. stream.closed
end

-- Tells those who follow from where on there is more, as a text, how it is with the stream then, and, on
-- lines of their own, why it was stopped and the bytes where there are few.
local function tell(channel, stream, from, bytes, placed)
  local inline = #bytes <= MOST_PUBLISHED
  redis.call('PUBLISH', channel,
    from .. ' ' .. (placed or place(stream)) .. ' ' .. field(stream, 'abandoned') ..
    (inline and ' inline\n' or ' read\n') .. field(stream, 'stopped') .. '\n' .. (inline and bytes or ''))
end

local function tell_deleted(channel)
  redis.call('PUBLISH', channel, 'deleted\n\n')
end

-- A stream as it is answered.
local function described(verdict, stream)
  complete(stream)
  return {
    verdict, stream.at, stream.epoch, stream.closed, stream.type, stream.epochs,
    stream.asked_ttl, stream.fixed, stream.stopped, stream.abandoned, stream.source,
    whole(stream.base), stream.lease, stream.session, stream.text, stream.status, stream.finished,
    whole(now), whole(stream.first),
  }
end
