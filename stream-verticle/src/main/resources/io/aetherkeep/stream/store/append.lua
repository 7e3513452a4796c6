-- Appends to streams, closes them, or both: group commit of the appends of one event-loop turn of a
-- node. Appends are independent: a refused or failed one does not affect the others. The changes of
-- a stream are written and published once for all its appends. The fast path has already handled
-- the appends that it supports.
-- KEYS: the stream of each append; appends to the same stream are adjacent.
-- ARGV: 1 the server's run id, 2 maximum size of a stream in bytes; prefixes: 3 of its chunks' keys
--       before its own key, 4 of its producers' key, 5 of its forks' key, 6 of its key before its
--       path, 7 of its channel before its path; 8 and 9 the retention limits, see trim.
--       Then for each append its body; letters that name the arguments that follow, a space, and
--       its media type or ''; and these arguments: p producer, epoch and seq; s sequence; l lease
--       in ms; c none, but closes the stream
-- Answers for each append 'tail epoch closed' if it was executed; or {verdict, tail, epoch, closed,
--       x, y}, where x and y are the producer's epoch and seq, or details of a refusal; or
--       {'failed'} if a key of its stream has a wrong type.
local retains = ARGV[8] ~= '' or ARGV[9] ~= ''
local channel, path_start = ARGV[7], #ARGV[6] + 1

-- KEYS becomes the keys of the current stream, built from their prefixes on first use.
local keys = KEYS
KEYS = setmetatable({}, {
  __index = function(own, place)
    local key = ARGV[place + 1] .. own[1] .. '}'
    own[place] = key
    return key
  end,
})

-- The current stream. Beside the values of load it has unpublished bytes ('pending', in parts) with
-- their offset ('pending_from'), and unsaved 'fields'. Appends to a stream are adjacent, so one
-- table is reused.
local stream
local reused_table = {pending = false, fields = false}

-- The key of the current stream.
local current_key

-- The media type of the last append, and the usual middle part of the head of such a stream.
local usual_media, usual

-- Writes the changes of the stream, and publishes them to its followers.
local function flush()
  local pending = stream.pending
  if pending or stream.changed or stream.fields then
    save(stream, stream.fields or nil)
    stream.fields = false
  end
  if pending then
    publish(channel .. string.sub(KEYS[1], path_start), stream, stream.pending_from,
      type(pending) == 'table' and table.concat(pending) or pending, stream.state)
    stream.pending = false
  end
end

-- Flushes the current stream and loads another one; none without a key.
local function switch_to(key, media)
  if stream then
    flush()
  end
  stream, current_key = nil, nil
  if not key then
    return
  end
  KEYS[1], KEYS[2], KEYS[3], KEYS[4] = key, ARGV[3] .. key .. '}:', nil, nil
  if media ~= usual_media then
    usual_media, usual = media, media ~= '' and media .. ' ' .. run .. '   ' or nil
  end
  stream, current_key = load(reused_table, media, usual), key
end

-- Queues appended bytes for one notice to followers.
local function queue_notice(from, body)
  local pending = stream.pending
  if not pending then
    stream.pending_from, stream.pending = from, body
  elseif type(pending) == 'table' then
    pending[#pending + 1] = body
  else
    stream.pending = {pending, body}
  end
end

-- Queues a field to be saved with the head.
local function queue_field(name, value)
  local fields = stream.fields or {}
  fields[#fields + 1] = name
  fields[#fields + 1] = value
  stream.fields = fields
end

local function answer(verdict, x, y)
  return {verdict, stream.at, stream.epoch, stream.closed, x or '', y or ''}
end

-- Whether a text sorts after another by bytes. Lua's own comparison follows the server's locale.
local function is_after(text, other)
  for i = 1, #text do
    local byte, against = string.byte(text, i), string.byte(other, i)
    if byte ~= against then
      return not against or byte > against
    end
  end
  return false
end

-- Restarts the lifetime and the lease, because the producer is alive.
local function extend(lease)
  renew(stream)
  if lease ~= '' and lease ~= stream.lease then
    set(stream, 'lease', lease)
  end
  if stream.lease ~= '' then
    queue_field('lease_until', whole(now + tonumber(stream.lease)))
  end
end

local PRODUCER = '^(%d+) (%d+) (.*)$'

-- A producer's sent id, epoch and seq, with its stored epoch and seq.
local function producer(id, epoch, seq)
  local known_epoch, known_seq, last = string.match(stream.producer, PRODUCER)
  if last ~= id then
    local known = redis.pcall('HGET', KEYS[3], id)
    if type(known) == 'table' and known.err then
      if not string.find(known.err, 'WRONGTYPE', 1, true) then error(known, 0) end
      -- A value of a wrong type, in a key that only Aetherkeep writes: rebuilt.
      redis.call('UNLINK', KEYS[3])
      known = false
    end
    known_epoch, known_seq = string.match(known or '', '^(%d+) (%d+)$')
  end
  return {
    id = id, epoch_text = epoch, seq_text = seq, epoch = tonumber(epoch), seq = tonumber(seq),
    known_epoch = tonumber(known_epoch), known_seq = tonumber(known_seq), is_last = last == id,
  }
end

local function text_of(by)
  return by.epoch_text .. ' ' .. by.seq_text .. ' ' .. by.id
end

-- Stores a producer's epoch and seq in the head, and moves the previous producer's to the hash.
local function store_producer(by)
  if not by.is_last and stream.producer ~= '' then
    local epoch, seq, last = string.match(stream.producer, PRODUCER)
    if redis.call('HSET', KEYS[3], last, epoch .. ' ' .. seq) == 1 then
      read_life(stream)
      if not stream.damaged then
        redis.call('PEXPIREAT', KEYS[3], whole(stream.kept))
      end
    end
  end
  stream.producer = text_of(by)
end

-- The verdict on a producer's epoch and seq; nil if the append is to be executed.
local function check_producer(by, lease)
  local epoch, seq, known_epoch, known_seq = by.epoch, by.seq, by.known_epoch, by.known_seq
  local fresh = not known_epoch or epoch > known_epoch
  if fresh and seq ~= 0 then
    return known_epoch and answer('epoch') or answer('gap', '0')
  end
  if not fresh and seq <= known_seq then
    extend(lease)
    return answer('repeated', whole(known_epoch), whole(known_seq))
  end
  if not fresh and seq > known_seq + 1 then
    return answer('gap', whole(known_seq + 1))
  end
  return nil
end

-- The verdict on an append to a closed stream.
local function append_to_closed(body, by, closes)
  if field(stream, 'stopped') ~= '' then
    return answer('stopped', stream.stopped)
  end
  if closes and body == '' and not by then
    renew(stream)
    return answer('repeated')
  end
  if by and field(stream, 'closer') == text_of(by) then
    return answer('repeated', by.epoch_text, by.seq_text)
  end
  return answer(field(stream, 'abandoned') == '1' and 'abandoned' or 'closed')
end

-- Applies the retention limits if an append has started a new chunk.
local function apply_retention(from)
  end_chunks(stream, from)
  if from > 0 and math.floor((from - 1) / CHUNK) < last_chunk(stream) then
    trim(stream, ARGV[8], ARGV[9])
  end
end

local function is_too_large(body)
  return stream.tail - stream.first + #body > most_bytes
end

local function append(key, body, media, closes, sequence, lease, id, epoch, seq)
  if current_key ~= key then
    switch_to(key, media)
  end
  local why = refusal(stream)
  if why then
    return {why}
  end
  local by = id and producer(id, epoch, seq)
  if by and by.known_epoch and by.epoch < by.known_epoch then
    return answer('fenced', whole(by.known_epoch))
  end
  if stream.closed == '1' then
    return append_to_closed(body, by, closes)
  end
  if body ~= '' and media ~= stream.media then
    return answer('type', field(stream, 'type'))
  end
  if body == '' and not closes then
    if not by or stream.lease .. lease == '' then
      return answer('empty')
    end
    extend(lease)
    return answer('repeated', by.known_epoch and whole(by.known_epoch),
      by.known_seq and whole(by.known_seq))
  end
  local done = by and check_producer(by, lease)
  if done then
    return done
  end
  if sequence ~= '' and not is_after(sequence, field(stream, 'seq')) then
    return answer('sequence', stream.seq)
  end
  if is_too_large(body) then
    -- Forks that have ended meanwhile may have prevented an earlier trim.
    trim(stream, ARGV[8], ARGV[9])
    if is_too_large(body) then
      return answer('large')
    end
  end

  local from, from_text = stream.tail, stream.at
  if stream.pending and from + #body - tonumber(stream.pending_from) > MOST_PUBLISHED then
    flush()
  end
  if body ~= '' then
    if not store(stream, body) then
      return answer('damaged')
    end
    if stream.run ~= run then
      queue_field('epochs', start_epoch(stream, run, from))
    end
    if retains then
      apply_retention(from)
    end
  end
  extend(lease)
  if by then
    store_producer(by)
  end
  if sequence ~= '' then
    stream.seq = sequence
    queue_field('seq', sequence)
  end
  if closes then
    set(stream, 'closed', '1')
    stream.closer = by and text_of(by) or ''
    queue_field('closer', stream.closer)
  end
  queue_notice(from_text, body)
  stream.state = tail_state(stream)
  return stream.state
end

-- Whether an error concerns the keys of one stream, before any write. All other errors concern the
-- server, and so all appends.
local function concerns_one_stream(failure)
  local text = type(failure) == 'table' and failure.err or tostring(failure)
  return string.find(text, 'WRONGTYPE', 1, true)
end

-- Parses the arguments after an index and executes the append.
local function append_at(place, key)
  local body, how = ARGV[place + 1], ARGV[place + 2]
  local letters, media = string.match(how, '^(%l*) (.*)$')
  local at = place + 2
  local function take(letter)
    if not string.find(letters, letter, 1, true) then
      return nil
    end
    at = at + 1
    return ARGV[at]
  end
  local id, epoch, seq = take('p'), take('p'), take('p')
  local sequence, lease = take('s') or '', take('l') or ''
  local closes = string.find(letters, 'c', 1, true) and true
  return pcall(append, key, body, media, closes, sequence, lease, id, epoch, seq)
end

for i = 1, #left, 2 do
  local number, place = left[i], left[i + 1]
  local ok, result = append_at(place, keys[number])
  if not ok and (#keys == 1 or not concerns_one_stream(result)) then
    switch_to(nil)
    error(result, 0)
  end
  answers[number] = ok and result or {'failed'}
end
switch_to(nil)
return answers
