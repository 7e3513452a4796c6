-- Appends to streams, closes them, or both: group commit of what came in one turn of a node. Each
-- append is for itself; a refused or a failed one does not touch the others. What changed of a stream
-- is written, and told to its followers, once for all that was appended to it.
-- KEYS: the stream of each append, those to one stream one after the other.
-- ARGV: 1 the server's run, 2 most bytes of a stream; what stands 3 before a stream's own key in
--       its chunks' keys, 4 in its producers' and 5 in its forks'; 6 before its path in its key, and
--       7 in its channel; 8 and 9 what is retained, as trim has it. Then for each append its body,
--       its media type or '', and letters of what follows them:
--       p producer, epoch and seq; s sequence; l lease in ms; c nothing, but that it closes the stream
-- Answers for each: 'done tail epoch closed' where it is done as asked for; else {verdict, tail,
-- epoch, closed, x, y}, x and y being the producer's epoch and seq, or what a refusal is about; or
-- {'failed'}, where it fails alone in the same way.
local run, most_bytes = ARGV[1], tonumber(ARGV[2])

-- What is told at most with its bytes, as tell has it.
local MOST_TOLD = 65536

-- The keys of one stream after the other, by what they begin with; two of them are seldom needed.
local keys = KEYS
KEYS = setmetatable({}, {
  __index = function(own, place)
    local key = place > 2 and ARGV[place + 1] .. own[1] .. '}' or nil
    own[place] = key
    return key
  end,
})

-- The stream that is appended to, beside what load has of it: 'told_from', from where on its
-- followers are to be told, and the bytes 'told', in parts; other 'fields' that are to be saved.
-- Those of one stream come together, so that one table does for all.
local stream
local table_of_all = setmetatable({}, LAZY)

-- Writes what changed of the stream, and tells its followers.
local function settle()
  if stream.told_from or stream.changed or stream.fields then
    save(stream, stream.fields)
  end
  if stream.told_from then
    local told = stream.told
    tell(ARGV[7] .. string.sub(KEYS[1], #ARGV[6] + 1), stream, stream.told_from,
      type(told) == 'table' and table.concat(told) or told)
  end
  stream.fields, stream.told_from = nil, nil
end

-- Leaves the stream that was appended to.
local function leave()
  if stream then
    settle()
    if stream.looked then
      for name in pairs(SELDOM) do
        stream[name] = nil
      end
    end
  end
  stream, KEYS[1] = nil, nil
end

-- Makes another one the stream that is appended to.
local function enter(key)
  if KEYS[1] == key then
    return
  end
  leave()
  KEYS[1], KEYS[2], KEYS[3], KEYS[4] = key, ARGV[3] .. key .. '}:', nil, nil
  local fine, result = pcall(load, table_of_all)
  if not fine then
    KEYS[1] = nil
    error(result, 0)
  end
  stream = result
end

-- Notes what was appended, to be told with what came before it.
local function tell_later(from, body)
  if not stream.told_from then
    stream.told_from, stream.told = from, body
  elseif type(stream.told) == 'table' then
    table.insert(stream.told, body)
  else
    stream.told = {stream.told, body}
  end
end

-- Notes fields that are to be saved with the stream's.
local function note(...)
  local fields = stream.fields or {}
  for _, text in ipairs({...}) do
    fields[#fields + 1] = text
  end
  stream.fields = fields
end

local function answer(verdict, x, y)
  return {verdict, whole(stream.tail), stream.epoch, stream.closed, x or '', y or ''}
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
  if stream.stopped ~= '' then
    return answer('stopped', stream.stopped)
  end
  if closes and body == '' and not by then
    renew(stream)
    return answer('repeated')
  end
  if by and stream.closer == by.text then
    return answer('repeated', by.epoch_text, by.seq_text)
  end
  return answer(stream.abandoned == '1' and 'abandoned' or 'closed')
end

-- A producer with what it says of itself and what is known of it.
local function producer(id, epoch, seq)
  local by = {
    id = id, epoch_text = epoch, seq_text = seq, epoch = tonumber(epoch), seq = tonumber(seq),
    text = id .. ' ' .. epoch .. ' ' .. seq,
  }
  local known = redis.pcall('HGET', KEYS[3], id)
  if type(known) == 'table' and known.err then
    if not string.find(known.err, 'WRONGTYPE', 1, true) then error(known, 0) end
    -- A key of ours alone, which fills anew.
    redis.call('UNLINK', KEYS[3])
    known = false
  end
  if known then
    local known_epoch, known_seq = string.match(known, '^(%d+) (%d+)$')
    by.known_epoch, by.known_seq = tonumber(known_epoch), tonumber(known_seq)
  end
  return by
end

-- Drops what is older or more than is retained, where an append began another chunk.
local function retain(from)
  local bytes, millis = ARGV[8], ARGV[9]
  if bytes .. millis == '' then
    return
  end
  local last = last_chunk(stream)
  for number = math.floor(from / CHUNK), last - 1 do
    note('ended:' .. number, whole(now))
  end
  if from > 0 and math.floor((from - 1) / CHUNK) < last then
    trim(stream, bytes, millis)
  end
end

local function is_too_large(body)
  return stream.tail - stream.first + #body > most_bytes
end

local function append(key, body, media, closes, by, sequence, lease)
  enter(key)
  local why = refusal(stream)
  if why then
    return {why}
  end
  if by then
    by = producer(unpack(by))
    if by.known_epoch and by.epoch < by.known_epoch then
      return answer('fenced', whole(by.known_epoch))
    end
  end
  if stream.closed == '1' then
    return to_closed(body, by, closes)
  end
  if body ~= '' and media ~= stream.media then
    return answer('type', stream.type)
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
  if sequence ~= '' and not is_after(sequence, stream.seq) then
    return answer('sequence', stream.seq)
  end
  if is_too_large(body) then
    -- It may have had forks until now, which kept all of it.
    trim(stream, ARGV[8], ARGV[9])
    if is_too_large(body) then
      return answer('large')
    end
  end

  local from = stream.tail
  if stream.told_from and from + #body - stream.told_from > MOST_TOLD then
    settle()
  end
  if body ~= '' then
    if not store(stream, body) then
      return answer('damaged')
    end
    if stream.run ~= run then
      note(unpack(follow_server(stream, run, from)))
    end
    retain(from)
  end
  live(lease)
  if by then
    redis.call('HSET', KEYS[3], by.id, by.epoch_text .. ' ' .. by.seq_text)
    if not by.known_epoch then
      redis.call('PEXPIREAT', KEYS[3], whole(stream.kept))
    end
  end
  if sequence ~= '' then
    stream.seq = sequence
    note('seq', sequence)
  end
  if closes then
    set(stream, 'closed', '1')
    stream.closer, stream.looked = by and by.text or '', true
    note('closer', stream.closer)
  end
  tell_later(from, body)
  return 'done ' .. place(stream)
end

-- Whether an error is about one stream's keys, found before anything was written; all others are
-- about the server, and the same for all.
local function is_of_one(failure)
  local text = type(failure) == 'table' and failure.err or tostring(failure)
  return string.find(text, 'WRONGTYPE', 1, true)
end

local at = 9

local function take()
  at = at + 1
  return ARGV[at]
end

-- The next append, from what follows the letters that say so.
local function append_next(key)
  local body, media, letters = take(), take(), take()
  if letters == '' then
    return pcall(append, key, body, media, false, nil, '', '')
  end
  local function is(letter)
    return string.find(letters, letter, 1, true)
  end
  local by = is('p') and {take(), take(), take()} or nil
  local sequence = is('s') and take() or ''
  local lease = is('l') and take() or ''
  return pcall(append, key, body, media, is('c') and true, by, sequence, lease)
end

local answers = {}
for i = 1, #keys do
  local fine, result = append_next(keys[i])
  if not fine and (#keys == 1 or not is_of_one(result)) then
    leave()
    error(result, 0)
  end
  answers[i] = fine and result or {'failed'}
end
leave()
return answers
