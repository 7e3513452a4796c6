-- Appends to streams, closes them, or both: group commit of what came in one turn of a node. Each
-- append is for itself; a refused or a failed one does not touch the others. Followers of a stream are
-- told once of all that was appended to it.
-- KEYS: 4 for each append, as above. ARGV: 11 for each append:
--       1 body, 2 media type or '', 3 close '1' or '', 4 sequence, 5 producer, 6 epoch, 7 seq,
--       8 the server's run, 9 channel, 10 most bytes, 11 lease in ms or ''
-- Answers for each: 'done epoch tail closed' where it is done as asked for; else {verdict, tail,
-- epoch, closed, x, y}, x and y being the producer's epoch and seq, or what a refusal is about; or
-- {'failed'}, where it fails alone in the same way.

-- What is told at most with its bytes, as tell has it.
local MOST_TOLD = 65536

-- The streams of this run by their keys, and what the followers of each are to be told: from where
-- on, and the bytes, in parts.
local loaded, told_from, told, channels = {}, {}, {}, {}

local function load_once(key)
  local stream = loaded[key]
  if not stream then
    stream = load()
    loaded[key] = stream
  end
  return stream
end

local function tell_now(key)
  local parts = told[key]
  tell(channels[key], loaded[key], told_from[key],
    type(parts) == 'table' and table.concat(parts) or parts)
  told_from[key] = nil
end

-- Notes what was appended, to be told with what came before it.
local function tell_later(key, channel, from, body)
  if not told_from[key] then
    channels[key], told_from[key], told[key] = channel, from, body
  elseif type(told[key]) == 'table' then
    table.insert(told[key], body)
  else
    told[key] = {told[key], body}
  end
end

local function append()
  local body, closes, producer = ARGV[1], ARGV[3], ARGV[5]
  local stream = load_once(KEYS[1])
  local why = refusal(stream)
  if why then
    return {why}
  end

  local function answer(verdict, x, y)
    return {verdict, whole(stream.tail), stream.epoch, stream.closed, x or '', y or ''}
  end

  local epoch, seq = tonumber(ARGV[6]), tonumber(ARGV[7])
  local known_epoch, known_seq
  if producer ~= '' then
    local known = redis.call('HGET', KEYS[3], producer)
    if known then
      known_epoch, known_seq = string.match(known, '^(%d+) (%d+)$')
      known_epoch, known_seq = tonumber(known_epoch), tonumber(known_seq)
      if epoch < known_epoch then
        return answer('fenced', whole(known_epoch))
      end
    end
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
  local function live()
    renew(stream)
    if ARGV[11] ~= '' then
      stream.lease = ARGV[11]
      redis.call('HSET', KEYS[1], 'lease', ARGV[11])
    end
    if stream.lease ~= '' then
      redis.call('HSET', KEYS[1], 'lease_until', whole(now + tonumber(stream.lease)))
    end
  end

  if stream.closed == '1' then
    local this = producer == '' and '' or producer .. ' ' .. ARGV[6] .. ' ' .. ARGV[7]
    if stream.stopped ~= '' then
      return answer('stopped', stream.stopped)
    end
    if closes == '1' and body == '' and producer == '' then
      renew(stream)
      return answer('repeated')
    end
    if this ~= '' and stream.closer == this then
      return answer('repeated', ARGV[6], ARGV[7])
    end
    return answer(stream.abandoned == '1' and 'abandoned' or 'closed')
  end
  if body ~= '' and ARGV[2] ~= stream.media then
    return answer('type', stream.type)
  end
  if body == '' and closes ~= '1' then
    if producer == '' or stream.lease .. ARGV[11] == '' then
      return answer('empty')
    end
    live()
    return answer('repeated', known_epoch and whole(known_epoch), known_seq and whole(known_seq))
  end
  if producer ~= '' then
    local fresh = not known_epoch or epoch > known_epoch
    if fresh and seq ~= 0 then
      if known_epoch then
        return answer('epoch')
      end
      return answer('gap', '0')
    end
    if not fresh and seq <= known_seq then
      live()
      return answer('repeated', whole(known_epoch), whole(known_seq))
    end
    if not fresh and seq > known_seq + 1 then
      return answer('gap', whole(known_seq + 1))
    end
  end
  if ARGV[4] ~= '' and not is_after(ARGV[4], stream.seq) then
    return answer('sequence', stream.seq)
  end
  if stream.tail + #body > tonumber(ARGV[10]) then
    return answer('large')
  end

  local from = stream.tail
  if told_from[KEYS[1]] and from + #body - told_from[KEYS[1]] > MOST_TOLD then
    tell_now(KEYS[1])
  end
  if body ~= '' then
    if not store(stream, body) then
      return answer('damaged')
    end
    follow_server(stream, ARGV[8], from)
    redis.call('HSET', KEYS[1], 'tail', whole(stream.tail))
  end
  live()
  if producer ~= '' then
    redis.call('HSET', KEYS[3], producer, ARGV[6] .. ' ' .. ARGV[7])
    if not known_epoch then
      redis.call('PEXPIREAT', KEYS[3], stream.kept)
    end
  end
  if ARGV[4] ~= '' then
    stream.seq = ARGV[4]
    redis.call('HSET', KEYS[1], 'seq', ARGV[4])
  end
  if closes == '1' then
    stream.closed = '1'
    local closer = producer ~= '' and producer .. ' ' .. ARGV[6] .. ' ' .. ARGV[7] or ''
    stream.closer = closer
    redis.call('HSET', KEYS[1], 'closed', '1', 'closer', closer)
  end
  if stream.tail > from or closes == '1' then
    tell_later(KEYS[1], ARGV[9], from, body)
  end
  return 'done ' .. stream.epoch .. ' ' .. whole(stream.tail) .. ' ' .. stream.closed
end

-- Whether an error is about one stream's keys, found before anything was written; all others are
-- about the server, and the same for all.
local function is_of_one(failure)
  local text = type(failure) == 'table' and failure.err or tostring(failure)
  return string.find(text, 'WRONGTYPE', 1, true)
end

local function tell_all()
  for key in pairs(channels) do
    if told_from[key] then
      tell_now(key)
    end
  end
end

local keys, arguments = KEYS, ARGV
local answers = {}
for i = 1, #keys / 4 do
  KEYS = {keys[i * 4 - 3], keys[i * 4 - 2], keys[i * 4 - 1], keys[i * 4]}
  local at = i * 11 - 11
  ARGV = {
    arguments[at + 1], arguments[at + 2], arguments[at + 3], arguments[at + 4], arguments[at + 5],
    arguments[at + 6], arguments[at + 7], arguments[at + 8], arguments[at + 9], arguments[at + 10],
    arguments[at + 11],
  }
  local fine, result = pcall(append)
  if not fine and (#keys == 4 or not is_of_one(result)) then
    tell_all()
    error(result, 0)
  end
  answers[i] = fine and result or {'failed'}
end
tell_all()
return answers
