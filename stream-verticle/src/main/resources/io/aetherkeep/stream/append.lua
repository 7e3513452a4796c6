-- Appends to streams, closes them, or both: group commit of what came in one turn of a node. Each
-- append is for itself; a refused or a failed one does not touch the others. What changed of a stream
-- is written, and told to its followers, once for all that was appended to it. The fast path has served
-- what it could.
-- KEYS: the stream of each append, those to one stream one after the other.
-- ARGV: 1 the server's run, 2 most bytes of a stream; what stands 3 before a stream's own key in
--       its chunks' keys, 4 in its producers' and 5 in its forks'; 6 before its path in its key, and
--       7 in its channel; 8 and 9 what is retained, as trim has it. Then for each append its body,
--       letters of what follows with its media type or '' after a space, and what follows:
--       p producer, epoch and seq; s sequence; l lease in ms; c nothing, but that it closes the stream
-- Answers for each: 'tail epoch closed' where it is done as asked for; else {verdict, tail,
-- epoch, closed, x, y}, x and y being the producer's epoch and seq, or what a refusal is about; or
-- {'failed'}, where it fails alone in the same way.
local retains = ARGV[8] ~= '' or ARGV[9] ~= ''
local channel, own_beginning = ARGV[7], #ARGV[6] + 1

-- The keys of one stream after the other, by what they begin with; two of them are seldom needed.
local keys = KEYS
KEYS = setmetatable({}, {
  __index = function(own, place)
    local key = ARGV[place + 1] .. own[1] .. '}'
    own[place] = key
    return key
  end,
})

-- The stream that is appended to, beside what load has of it: 'told_from', from where on its followers
-- are to be told, and the bytes 'told', in parts; other 'fields' that are to be saved. Those of one
-- stream come together, so that one table does for all.
local stream
local table_of_all = {told = false, fields = false}

-- The key of the stream, once it was read.
local entered

-- The media type of the last append, and what the head of a stream of it usually says.
local usual_media, usual

-- Writes what changed of the stream, and tells its followers.
local function settle()
  local told = stream.told
  if told or stream.changed or stream.fields then
    save(stream, stream.fields or nil)
    stream.fields = false
  end
  if told then
    tell(channel .. string.sub(KEYS[1], own_beginning), stream, stream.told_from,
      type(told) == 'table' and table.concat(told) or told, stream.placed)
    stream.told = false
  end
end

-- Makes another one the stream that is appended to; none where there is no key.
local function enter(key, media)
  if stream then
    settle()
  end
  stream, entered = nil, nil
  if not key then
    return
  end
  KEYS[1], KEYS[2], KEYS[3], KEYS[4] = key, ARGV[3] .. key .. '}:', nil, nil
  if media ~= usual_media then
    usual_media, usual = media, media ~= '' and media .. ' ' .. run .. '   ' or nil
  end
  stream, entered = load(table_of_all, media, usual), key
end

-- Notes what was appended, to be told with what came before it.
local function tell_later(from, body)
  local told = stream.told
  if not told then
    stream.told_from, stream.told = from, body
  elseif type(told) == 'table' then
    told[#told + 1] = body
  else
    stream.told = {told, body}
  end
end

-- Notes a field that is to be saved with the stream's.
local function note(name, value)
  local fields = stream.fields or {}
  fields[#fields + 1] = name
  fields[#fields + 1] = value
  stream.fields = fields
end

local function answer(verdict, x, y)
  return {verdict, stream.at, stream.epoch, stream.closed, x or '', y or ''}
end

-- Whether a text sorts after another by its bytes: Lua's own comparison follows the server's
-- locale.
local function is_after(text, other)
  for i = 1, #text do
    local byte, against = string.byte(text, i), string.byte(other, i)
    if byte ~= against then
      return not against or byte > against
    end
  end
  return false
end

-- Starts the lifetime and the lease anew: the producer is there.
local function live(lease)
  renew(stream)
  if lease ~= '' and lease ~= stream.lease then
    set(stream, 'lease', lease)
  end
  if stream.lease ~= '' then
    note('lease_until', whole(now + tonumber(stream.lease)))
  end
end

local PRODUCER = '^(%d+) (%d+) (.*)$'

-- A producer with what it says of itself and what is known of it.
local function producer(id, epoch, seq)
  local known_epoch, known_seq, last = string.match(stream.producer, PRODUCER)
  if last ~= id then
    local known = redis.pcall('HGET', KEYS[3], id)
    if type(known) == 'table' and known.err then
      if not string.find(known.err, 'WRONGTYPE', 1, true) then error(known, 0) end
      -- A key of ours alone, which fills anew.
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

-- Notes a producer's append; what was the last producer's goes to the others'.
local function note_producer(by)
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

-- Why a producer's append is not done now, and whether it has been done; nil where it is to be.
local function of_producer(by, lease)
  local epoch, seq, known_epoch, known_seq = by.epoch, by.seq, by.known_epoch, by.known_seq
  local fresh = not known_epoch or epoch > known_epoch
  if fresh and seq ~= 0 then
    return known_epoch and answer('epoch') or answer('gap', '0')
  end
  if not fresh and seq <= known_seq then
    live(lease)
    return answer('repeated', whole(known_epoch), whole(known_seq))
  end
  if not fresh and seq > known_seq + 1 then
    return answer('gap', whole(known_seq + 1))
  end
  return nil
end

-- What an append to a closed stream comes to.
local function to_closed(body, by, closes)
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

-- Drops what is older or more than is retained, where an append began another chunk.
local function retain(from)
  local last = last_chunk(stream)
  for number = math.floor(from / CHUNK), last - 1 do
    note('ended:' .. number, whole(now))
  end
  if from > 0 and math.floor((from - 1) / CHUNK) < last then
    trim(stream, ARGV[8], ARGV[9])
  end
end

local function is_too_large(body)
  return stream.tail - stream.first + #body > most_bytes
end

local function append(key, body, media, closes, sequence, lease, id, epoch, seq)
  if entered ~= key then
    enter(key, media)
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
    return to_closed(body, by, closes)
  end
  if body ~= '' and media ~= stream.media then
    return answer('type', field(stream, 'type'))
  end
  if body == '' and not closes then
    if not by or stream.lease .. lease == '' then
      return answer('empty')
    end
    live(lease)
    return answer('repeated', by.known_epoch and whole(by.known_epoch),
      by.known_seq and whole(by.known_seq))
  end
  local done = by and of_producer(by, lease)
  if done then
    return done
  end
  if sequence ~= '' and not is_after(sequence, field(stream, 'seq')) then
    return answer('sequence', stream.seq)
  end
  if is_too_large(body) then
    -- It may have had forks until now, which kept all of it.
    trim(stream, ARGV[8], ARGV[9])
    if is_too_large(body) then
      return answer('large')
    end
  end

  local from, from_text = stream.tail, stream.at
  if stream.told and from + #body - tonumber(stream.told_from) > MOST_PUBLISHED then
    settle()
  end
  if body ~= '' then
    if not store(stream, body) then
      return answer('damaged')
    end
    if stream.run ~= run then
      note('epochs', follow_server(stream, run, from))
    end
    if retains then
      retain(from)
    end
  end
  live(lease)
  if by then
    note_producer(by)
  end
  if sequence ~= '' then
    stream.seq = sequence
    note('seq', sequence)
  end
  if closes then
    set(stream, 'closed', '1')
    stream.closer = by and text_of(by) or ''
    note('closer', stream.closer)
  end
  tell_later(from_text, body)
  stream.placed = place(stream)
  return stream.placed
end

-- Whether an error is about one stream's keys, found before anything was written; all others are
-- about the server, and the same for all.
local function is_of_one(failure)
  local text = type(failure) == 'table' and failure.err or tostring(failure)
  return string.find(text, 'WRONGTYPE', 1, true)
end

-- Appends what the arguments after a place say.
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
  local fine, result = append_at(place, keys[number])
  if not fine and (#keys == 1 or not is_of_one(result)) then
    enter(nil)
    error(result, 0)
  end
  answers[number] = fine and result or {'failed'}
end
enter(nil)
return answers
