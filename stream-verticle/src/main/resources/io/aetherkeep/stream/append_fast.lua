-- Fast path of appends: of those to a stream that is alive, open, without a lease and no fork, by its
-- last producer or by none, into its last chunk. Nearly all are like that, so they run before the
-- functions of the other scripts are made. The others, and what comes after them to the same stream,
-- are left to append.lua, which says what KEYS and ARGV are.
local run, most_bytes = ARGV[1], tonumber(ARGV[2])

-- The answers, and of each append that is left its place in KEYS and the place before its arguments.
local answers, left = {}, {}

-- How an append is asked for: its letters, its media type, how many arguments follow; and what the
-- head of most streams of that type says between epoch and producer.
local how, letters, media, following, usual

-- The stream that is appended to: whether it is served here, and the values of its head.
local key, served, head_usual
local due, at, tail, epoch, middle, producer, placed

-- Its last chunk: how many bytes are in it, and how many more it takes.
local chunk, present, room

-- What is to be published: from where on, and the bytes, in parts where they are several appends'.
local from, news, published

local ARGUMENTS = {p = 3, s = 1, l = 1}

local function read_how()
  letters, media = string.match(how, '^(%l*) (.*)$')
  following = 0
  for letter in string.gmatch(letters, '%l') do
    following = following + (ARGUMENTS[letter] or 0)
  end
  local plain = (letters == '' or letters == 'p') and media ~= ''
  usual = plain and '0 0 ' .. media .. ' ' .. run .. '   ' or nil
end

-- Writes the head, and publishes what was appended.
local function settle()
  if not news then
    return
  end
  local bytes = type(news) == 'table' and table.concat(news) or news
  redis.call('HSET', key, 'head', due .. ' ' .. at .. middle .. producer)
  redis.call('PUBLISH', ARGV[7] .. string.sub(key, #ARGV[6] + 1),
    from .. ' ' .. placed .. '  inline\n\n' .. bytes)
  news = nil
end

-- Reads the head of a stream; answers whether it is served here.
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

-- The text of the producer that appends, where it follows its last append; else nil.
local function next_producer(place)
  local id, seq_epoch, seq = ARGV[place + 3], ARGV[place + 4], ARGV[place + 5]
  local last = seq_epoch .. ' ' .. string.format('%d', tonumber(seq) - 1) .. ' ' .. id
  return last == producer and seq_epoch .. ' ' .. seq .. ' ' .. id or nil
end

-- Appends; answers nil where it is left to append.lua.
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
      withdraw(chunk, long - size)
    end
    return nil
  end
  if news and published + size > MOST_PUBLISHED then
    settle()
  end
  if not news then
    from, news, published = at, body, size
  elseif type(news) == 'table' then
    news[#news + 1], published = body, published + size
  else
    news, published = {news, body}, published + size
  end
  producer, tail, present, room = next, tail + size, present + size, room - size
  at = string.format('%d', tail)
  placed = at .. ' ' .. epoch .. ' '
  return placed
end

local place = 9
for i = 1, #KEYS do
  if ARGV[place + 2] ~= how then
    how = ARGV[place + 2]
    read_how()
  end
  if KEYS[i] ~= key then
    settle()
    key = KEYS[i]
    served = enter()
  end
  local answer = served and append_usual(place)
  if answer then
    answers[i] = answer
  else
    served = false
    left[#left + 1] = i
    left[#left + 1] = place
  end
  place = place + 2 + following
end
settle()
if #left == 0 then
  return answers
end
