-- Appends a message to a session's history; with '' only moves the tail into the transcript.
--
-- A hash's field cannot grow in place: each append to a long transcript would copy all of it. So
-- once the field is long, messages gather in the tail beside it, and are moved into it together.
--
-- KEYS    1 the session   2 its facts   3 its tail   4 its appends   5 the list of newer proxies
-- ARGV    1 the message   2 its tokens   3 when   4 the usual lifetime in ms
--         5 up to how many bytes the field is written at once   6 how many bytes it may have
--         7 how many messages it may have, 0 for any   8 the idempotency key or ''
--         9 what tells the message from another
-- answers nothing where there is no session; else 1 appended, 2 appended before, -1 too large,
--         -2 the key was used for another message, -3 the field is no JSON array; then the
--         tokens, those of the transcript, how many bytes wait in the tail, the messages trimmed
local session, facts, tail, appends, list = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local message, tokens, cap = ARGV[1], ARGV[2], tonumber(ARGV[7])
if redis.call('HEXISTS', facts, 'ended') == 1 then
  redis.call('UNLINK', session)
  return false
end
if redis.call('EXISTS', session) == 0 then return false end

-- Where the element that begins at or after a position ends, and where it begins.
local function element(text, at)
  local from = string.find(text, '[^%s,]', at)
  if not from then return nil end
  local byte = string.byte(text, from)
  if byte == 93 then return nil end
  local depth = 0
  at = from
  while true do
    at = string.find(text, depth == 0 and '["%[%]{},]' or '["%[%]{}]', at)
    if not at then return nil end
    byte = string.byte(text, at)
    if byte == 34 then
      repeat
        at = string.find(text, '["\\]', at + 1)
        if not at then return nil end
        byte = string.byte(text, at)
        if byte == 92 then at = at + 1 end
      until byte == 34
      if depth == 0 then return at, from end
    elseif byte == 91 or byte == 123 then
      depth = depth + 1
    elseif depth == 0 then
      return at - 1, from
    else
      depth = depth - 1
      if depth == 0 then return at, from end
    end
    at = at + 1
  end
end

local function count(text)
  local found, at = 0, string.find(text, '[', 1, true)
  at = at and element(text, at + 1)
  while at do
    found = found + 1
    at = element(text, at + 1)
  end
  return found
end

-- The text without its first elements, and these.
local function trimmed(text, over)
  local gone, at = {}, string.find(text, '[', 1, true)
  for i = 1, over do
    local to, from = element(text, at + 1)
    if not to then break end
    gone[i] = string.sub(text, from, to)
    at = to
  end
  local rest = string.find(text, '[^%s,]', at + 1)
  return '[' .. string.sub(text, rest), gone
end

-- The array without its bracket and what is left to write before the next element.
local function opened(text)
  local to = #text
  while to > 0 and string.find(text, '^%s', to) do to = to - 1 end
  if string.byte(text, to) ~= 93 or not string.find(text, '^%s*%[') then return nil end
  local head = string.sub(text, 1, to - 1)
  return head, string.find(head, '^%s*%[%s*$') and '' or ','
end

-- Writes the array with more elements, unless it would have more bytes than it may have.
local function written(entries, most)
  local text = redis.call('HGET', session, 'history')
  if not text or text == '' then text = '[]' end
  local head, comma = opened(text)
  if not head then return nil end
  local before = cap > 0 and redis.call('HMGET', facts, 'messages', 'digest')
  local known = before and before[1] and before[2] == redis.sha1hex(text)
  text = head .. comma .. table.concat(entries, ',') .. ']'
  local gone = {}
  if cap > 0 then
    local messages = known and before[1] + #entries or count(text)
    if messages > cap then
      text, gone = trimmed(text, messages - cap)
      messages = cap
    end
    if most and #text > most then return nil, true end
    redis.call('HSET', facts, 'messages', messages, 'digest', redis.sha1hex(text))
  end
  redis.call('HSET', session, 'history', text)
  return gone
end

local function lived()
  local lifetime = start_lifetime(ARGV[4], 'slide', redis.call('HGET', facts, 'lifetime'))
  for i = 3, 5 do redis.call('PEXPIRE', KEYS[i], lifetime + 3600000) end
end

local is_list = redis.call('TYPE', list).ok == 'list'

local function push(entry)
  redis.call('RPUSH', list, entry)
  if redis.call('HEXISTS', session, 'historyLength') == 1 then
    redis.call('HINCRBY', session, 'historyLength', 1)
  end
end

local function folded()
  local waiting, gone = redis.call('LRANGE', tail, 0, -1), {}
  if #waiting == 0 then return gone end
  if is_list then
    for _, entry in ipairs(waiting) do push(entry) end
  else
    gone = written(waiting)
    if not gone then return nil end
  end
  redis.call('DEL', tail)
  redis.call('HDEL', facts, 'tail')
  return gone
end

local used = tonumber(redis.call('HGET', session, 'contextWindowUsed') or 0) or 0
if message == '' then
  local gone = folded()
  return gone and {1, 0, string.format('%.17g', used), 0, gone} or {-3}
end

if ARGV[8] ~= '' then
  local before = redis.call('HGET', appends, ARGV[8])
  if before then
    local mark, then_tokens, then_used = string.match(before, '^(%S+) (%S+) (%S+)')
    if mark ~= ARGV[9] then return {-2} end
    return {2, then_tokens, then_used, 0, {}}
  end
end

local gone, waiting = {}, 0
if is_list then
  folded()
  push(message)
  while cap > 0 and redis.call('LLEN', list) > cap do
    gone[#gone + 1] = redis.call('LPOP', list)
    if redis.call('HEXISTS', session, 'historyLength') == 1 then
      redis.call('HINCRBY', session, 'historyLength', -1)
    end
  end
else
  waiting = tonumber(redis.call('HGET', facts, 'tail') or 0)
  local size = redis.call('HSTRLEN', session, 'history') + waiting + #message + 1
  local most = tonumber(ARGV[6])
  if size > most and cap == 0 then return {-1} end
  if size > most then
    local all, too_large = redis.call('LRANGE', tail, 0, -1), nil
    all[#all + 1] = message
    gone, too_large = written(all, most)
    if not gone then return {too_large and -1 or -3} end
    redis.call('DEL', tail)
    redis.call('HDEL', facts, 'tail')
    waiting = 0
  elseif size <= tonumber(ARGV[5]) then
    if waiting > 0 and not folded() then return {-3} end
    waiting = 0
    gone = written({message})
    if not gone then return {-3} end
  else
    redis.call('RPUSH', tail, message)
    waiting = redis.call('HINCRBY', facts, 'tail', #message + 1)
  end
end

-- Of many keys the older half is forgotten.
local function forget()
  local all, times = redis.call('HGETALL', appends), {}
  for i = 2, #all, 2 do times[i / 2] = string.match(all[i], '%S+$') end
  table.sort(times)
  local middle = times[math.floor(#times / 2)]
  for i = 2, #all, 2 do
    if string.match(all[i], '%S+$') <= middle then redis.call('HDEL', appends, all[i - 1]) end
  end
end

used = string.format('%.17g', used + tokens)
redis.call('HSET', session, 'contextWindowUsed', used, 'lastActivityAt', ARGV[3])
if ARGV[8] ~= '' then
  if redis.call('HLEN', appends) >= 1000 then forget() end
  redis.call('HSET', appends, ARGV[8], ARGV[9] .. ' ' .. tokens .. ' ' .. used .. ' ' .. ARGV[3])
end
lived()
return {1, tokens, used, waiting, gone}
