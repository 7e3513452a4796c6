-- Fast path of appends: to a stream that is alive, open, no fork and without a lease, by its last
-- producer or by none, and into its last chunk. Nearly all appends are of this kind, so they run
-- before Lua creates the functions of the other files. All others, and later ones to the same
-- stream, are left to append.lua, which describes KEYS and ARGV.
local run, most_bytes = ARGV[1], tonumber(ARGV[2])

-- The answers; and for each append left to append.lua its index in KEYS and the index before its
-- arguments.
local answers, left = {}, {}

-- The form of the append: its letters, its media type, its number of arguments; and the usual part
-- of the head between epoch and producer for streams of that type.
local form, letters, media, following, usual

-- The current stream: whether the fast path supports it, and the values of its head.
local key, supported, head_usual
local due, at, tail, epoch, middle, producer, state

-- Its last chunk: its key, its size, and its free bytes.
local chunk, present, room

-- The unpublished bytes: their offset, the bytes (a table if several appends), and their size.
local from, pending, pending_size

local ARGUMENTS = {p = 3, s = 1, l = 1}

local function read_form()
  letters, media = string.match(form, '^(%l*) (.*)$')
  following = 0
  for letter in string.gmatch(letters, '%l') do
    following = following + (ARGUMENTS[letter] or 0)
  end
  local plain = (letters == '' or letters == 'p') and media ~= ''
  usual = plain and '0 0 ' .. media .. ' ' .. run .. '   ' or nil
end

-- Writes the head, and publishes the appended bytes.
local function flush()
  if not pending then
    return
  end
  local bytes = type(pending) == 'table' and table.concat(pending) or pending
  redis.call('HSET', key, 'head', due .. ' ' .. at .. middle .. producer)
  redis.call('PUBLISH', ARGV[7] .. string.sub(key, #ARGV[6] + 1),
    from .. ' ' .. state .. '  inline\n\n' .. bytes)
  pending = nil
end

-- Reads the head of a stream; answers whether the fast path supports it.
local function enter()
  local head = redis.pcall('HGET', key, 'head')
  if not usual or type(head) ~= 'string' then
    return false
  end
  local rest
  due, at, epoch, rest = string.match(head, '^(%d+) (%d+) (%d+) ()')
  if not due or due <= now_stamp or string.find(head, usual, rest, true) ~= rest then
    return false
  end
  tail, head_usual = tonumber(at), usual
  present = tail % CHUNK
  room = CHUNK - present
  chunk = ARGV[3] .. key .. '}:' .. (tail - present) / CHUNK
  middle = string.sub(head, #due + #at + 2, rest + #usual - 1)
  producer = string.sub(head, rest + #usual)
  return present > 0
end

-- The new producer text, if this append directly follows the producer's last one; else nil.
local function next_producer(place)
  local id, seq_epoch, seq = ARGV[place + 3], ARGV[place + 4], ARGV[place + 5]
  local last = seq_epoch .. ' ' .. string.format('%d', tonumber(seq) - 1) .. ' ' .. id
  return last == producer and seq_epoch .. ' ' .. seq .. ' ' .. id or nil
end

-- Executes an append; answers nil if it is left to append.lua.
local function append_usual(place)
  local body = ARGV[place + 1]
  local size = #body
  if usual ~= head_usual or size == 0 or size > room or size > MOST_PUBLISHED
    or tail + size > most_bytes then
    return nil
  end
  local next = letters == '' and producer or next_producer(place)
  if not next then
    return nil
  end
  local long = redis.pcall('APPEND', chunk, body)
  if long ~= present + size then
    if type(long) == 'number' then
      truncate(chunk, long - size)
    end
    return nil
  end
  if pending and pending_size + size > MOST_PUBLISHED then
    flush()
  end
  if not pending then
    from, pending, pending_size = at, body, size
  elseif type(pending) == 'table' then
    pending[#pending + 1], pending_size = body, pending_size + size
  else
    pending, pending_size = {pending, body}, pending_size + size
  end
  producer, tail, present, room = next, tail + size, present + size, room - size
  at = string.format('%d', tail)
  state = at .. ' ' .. epoch .. ' '
  return state
end

local place = 9
for i = 1, #KEYS do
  if ARGV[place + 2] ~= form then
    form = ARGV[place + 2]
    read_form()
  end
  if KEYS[i] ~= key then
    flush()
    key = KEYS[i]
    supported = enter()
  end
  local answer = supported and append_usual(place)
  if answer then
    answers[i] = answer
  else
    supported = false
    left[#left + 1] = i
    left[#left + 1] = place
  end
  place = place + 2 + following
end
flush()
if #left == 0 then
  return answers
end
