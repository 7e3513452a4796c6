-- Appends a message to a session's history; with '' it only flushes the tail.
--
-- A hash field cannot grow in place: each append to a long transcript would copy all of it. So once
-- the field is long, messages gather in the tail beside it, and are flushed into it together.
--
-- KEYS    1 the session   2 its facts   3 its tail   4 its appends   5 the list of newer proxies
-- ARGV    1 the message   2 its tokens   3 its time   4 the default lifetime in ms
--         5 field length in bytes up to which each append rewrites it   6 limit of its bytes
--         7 limit of messages, 0 for none   8 the idempotency key or ''
--         9 fingerprint of the message
--         10 'field', 'list' or 'both': where the history is kept; '' for where it is found
-- answers nothing where there is no session; else 1 appended, 2 appended before, -1 too large,
--         -2 the key was used for another message, -3 the field is not a JSON array; then the
--         tokens, those of the transcript, how many bytes are pending in the tail, the trimmed
--         messages
local appends, list = KEYS[4], KEYS[5]
local message, tokens = ARGV[1], ARGV[2]
local short, most, cap = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
if redis.call('HEXISTS', facts, 'ended') == 1 then
  redis.call('UNLINK', session)
  return false
end
if redis.call('EXISTS', session) == 0 then return false end

local listed = redis.call('TYPE', list).ok == 'list'
local fielded = redis.call('HEXISTS', session, 'history') == 1
local mode = ARGV[10]
if mode == '' and listed then
  mode = fielded and 'both' or 'list'
elseif mode == '' then
  local empty = redis.call('HSTRLEN', session, 'history') <= 2 and redis.call('LLEN', tail) == 0
  mode = (empty or redis.call('HEXISTS', facts, 'listed') == 1) and 'both' or 'field'
end

local function clear_pending()
  redis.call('DEL', tail)
  redis.call('HDEL', facts, 'tail', 'behind')
end

local function push(entries)
  for _, entry in ipairs(entries) do redis.call('RPUSH', list, entry) end
end

local function list_bytes()
  local bytes = list_size(list, facts, cap, most)
  if redis.call('PTTL', facts) < 0 then
    redis.call('PEXPIRE', facts, math.max(1, redis.call('PTTL', session)) + 3600000)
  end
  return bytes
end

-- Appends elements to the field's array; answers the trimmed ones, or nil beyond the size limit.
local function append_to_field(entries, limit)
  local text = redis.call('HGET', session, 'history')
  if not text or text == '' then text = '[]' end
  local head, comma = opened(text)
  if not head then return nil end
  local before = cap > 0 and redis.call('HMGET', facts, 'messages', 'digest')
  local known = before and before[1] and before[2] == redis.sha1hex(text)
  text = head .. comma .. table.concat(entries, ',') .. ']'
  local removed = {}
  if cap > 0 then
    local messages = known and before[1] + #entries or count(text)
    if messages > cap then
      text, removed = trimmed(text, messages - cap)
      messages = cap
    end
    if limit and #text > limit then return nil, true end
    redis.call('HSET', facts, 'messages', messages, 'digest', redis.sha1hex(text))
  end
  redis.call('HSET', session, 'history', text)
  return removed
end

-- Rewrites the field from the list's messages, skipping those that are not JSON.
local function from_list()
  local entries = {}
  for _, entry in ipairs(redis.call('LRANGE', list, cap == 0 and 0 or -cap, -1)) do
    if pcall(cjson.decode, entry) then entries[#entries + 1] = entry end
  end
  redis.call('HSET', session, 'history', '[' .. table.concat(entries, ',') .. ']')
end

-- Rewrites the list from the field's messages and the pending ones; false where the field is not an
-- array.
local function from_field()
  local text = redis.call('HGET', session, 'history')
  if not text or text == '' then text = '[]' end
  if not opened(text) then return false end
  local newest = pending(list)
  redis.call('DEL', list, tail)
  push(elements(text))
  push(newest)
  redis.call('HSET', facts, 'behind', #newest)
  return true
end

-- Moves the history to where it is to be kept; answers an error code where it cannot.
local function arrange()
  if mode == 'field' and not listed or mode == 'list' and not fielded then return nil end
  local which = current(list, short)
  if which == 'field' and not from_field() then return -3 end
  if which == 'list' then
    push(redis.call('LRANGE', tail, 0, -1))
    clear_pending()
    if mode ~= 'list' and list_bytes() > most and cap == 0 then return -1 end
    if mode ~= 'list' then from_list() end
  end
  if mode == 'list' then
    redis.call('HDEL', session, 'history')
    redis.call('HDEL', facts, 'listed', 'fielded')
    clear_pending()
  elseif mode == 'field' then
    for _, entry in ipairs(pending(list)) do redis.call('RPUSH', tail, entry) end
    redis.call('UNLINK', list)
    redis.call('HDEL', facts, 'listed', 'fielded', 'weighed', 'weight', 'behind')
  end
end

-- Flushes pending messages into the field, or the tail into the list; answers the trimmed messages,
-- or nil where the field is not an array.
local function flush()
  local waiting = pending(list)
  if #waiting == 0 then return {} end
  local removed = {}
  if mode == 'list' then
    push(waiting)
  else
    removed = append_to_field(waiting)
    if not removed then return nil end
  end
  clear_pending()
  return mode == 'both' and {} or removed
end

-- Stores marks of field and list, by which writes of others are recognised, and the message count.
local function store_marks(more)
  if mode ~= 'field' then
    redis.call('HSET', session, 'historyLength', redis.call('LLEN', list))
  -- Lua writes a negative zero as -0, which Redis does not accept as a number.
  elseif more ~= 0 and redis.call('HEXISTS', session, 'historyLength') == 1 then
    redis.call('HINCRBY', session, 'historyLength', more)
  end
  if mode == 'both' then
    redis.call('HSET', facts, 'listed', redis.call('LLEN', list), 'fielded', fingerprint(short))
  end
end

local function restart_lifetimes()
  local lifetime = start_lifetime(ARGV[4], 'slide', redis.call('HGET', facts, 'lifetime'))
  for i = 3, 5 do redis.call('PEXPIRE', KEYS[i], lifetime + 3600000) end
end

local used = context_window(session)
local before = message ~= '' and appended_before(appends, ARGV[8], ARGV[9])
if before then return before end

local wrong = arrange()
if wrong then return {wrong} end
if message == '' then
  local removed = flush()
  if not removed then return {-3} end
  store_marks(-#removed)
  if redis.call('EXISTS', list) == 1 then
    redis.call('PEXPIRE', list, math.max(1, redis.call('PTTL', session)) + 3600000)
  end
  return {1, 0, string.format('%.17g', used), 0, removed}
end

local removed, waiting = {}, 0
if mode == 'list' then
  flush()
  local bytes = list_bytes() - bytes_beyond(list, cap) + #message + 1
  if bytes > most then return {-1} end
  push({message})
  if cap > 0 then removed = trim_list(list, cap) end
  redis.call('HSET', facts, 'weighed', redis.call('LLEN', list), 'weight', bytes)
else
  waiting = tonumber(redis.call('HGET', facts, 'tail') or 0)
  local size = redis.call('HSTRLEN', session, 'history') + waiting + #message + 1
  if size > most and cap == 0 then return {-1} end
  if size > most then
    local all, too_large = pending(list), nil
    all[#all + 1] = message
    removed, too_large = append_to_field(all, most)
    if not removed then return {too_large and -1 or -3} end
    clear_pending()
    waiting = 0
  elseif size <= short then
    local before = flush()
    waiting = 0
    removed = before and append_to_field({message})
    if not removed then return {-3} end
    for i = #before, 1, -1 do table.insert(removed, 1, before[i]) end
  else
    if mode == 'both' then
      redis.call('HINCRBY', facts, 'behind', 1)
    else
      redis.call('RPUSH', tail, message)
    end
    waiting = redis.call('HINCRBY', facts, 'tail', #message + 1)
  end
  if mode == 'both' then
    push({message})
    removed = cap > 0 and trim_list(list, cap) or {}
  end
end

used = string.format('%.17g', used + tokens)
redis.call('HSET', session, 'contextWindowUsed', used, 'lastActivityAt', ARGV[3])
remember_append(appends, ARGV[8], ARGV[9], tokens, used, ARGV[3])
store_marks(1 - #removed)
restart_lifetimes()
return {1, tokens, used, waiting, removed}
