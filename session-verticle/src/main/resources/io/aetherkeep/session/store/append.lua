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
local marks = read_marks()
if marks.ended then
  redis.call('UNLINK', session)
  return false
end
local left = redis.call('PTTL', session)
if left == -2 then return false end

local counted = redis.call('HMGET', session, 'contextWindowUsed', 'historyLength')
local used = whole_number(counted[1])
local before = message ~= '' and appended_before(appends, ARGV[8], ARGV[9], marks.waiting)
if before then return before end

-- Kept true by each function below that writes the list or the field.
local length = list_length(list)
local size, text = read_field(short)

local listed, fielded = length > 0, size > 0 or text
local mode = ARGV[10]
if mode == '' and listed then
  mode = fielded and 'both' or 'list'
elseif mode == '' then
  local empty = size <= 2 and redis.call('LLEN', tail) == 0
  mode = (empty or marks.listed) and 'both' or 'field'
end

-- The field's text; that of an empty array where it is missing or empty.
local function array()
  local all = text or size > 0 and redis.call('HGET', session, 'history')
  return all and all ~= '' and all or '[]'
end

local function write_field(fresh)
  redis.call('HSET', session, 'history', fresh)
  size, text = #fresh, #fresh <= short and fresh
end

local function clear_pending()
  if marks.behind + marks.waiting > 0 then redis.call('HDEL', facts, 'tail', 'behind') end
  redis.call('DEL', tail)
  marks.behind, marks.waiting = 0, 0
end

local function push(entries)
  for _, entry in ipairs(entries) do length = redis.call('RPUSH', list, entry) end
end

-- Removes the oldest messages of the list beyond their limit; answers them.
local function trim()
  local removed = cap > 0 and trim_list(list, length, cap) or {}
  length = length - #removed
  return removed
end

local function list_bytes()
  local bytes = list_size(list, facts, cap, most)
  if redis.call('PTTL', facts) < 0 then
    redis.call('PEXPIRE', facts, math.max(1, left) + 3600000)
  end
  return bytes
end

-- Appends elements to the field's array; answers the trimmed ones, or nil beyond the size limit.
local function append_to_field(entries, limit)
  local all = array()
  local head, comma = opened(all)
  if not head then return nil end
  local before = cap > 0 and redis.call('HMGET', facts, 'messages', 'digest')
  local known = before and before[1] and before[2] == redis.sha1hex(all)
  all = head .. comma .. table.concat(entries, ',') .. ']'
  local removed = {}
  if cap > 0 then
    local messages = known and before[1] + #entries or count(all)
    if messages > cap then
      all, removed = trimmed(all, messages - cap)
      messages = cap
    end
    if limit and #all > limit then return nil, true end
    redis.call('HSET', facts, 'messages', messages, 'digest', redis.sha1hex(all))
  end
  write_field(all)
  return removed
end

-- Rewrites the field from the list's messages, skipping those that are not JSON.
local function from_list()
  local entries = {}
  for _, entry in ipairs(redis.call('LRANGE', list, cap == 0 and 0 or -cap, -1)) do
    if pcall(cjson.decode, entry) then entries[#entries + 1] = entry end
  end
  write_field('[' .. table.concat(entries, ',') .. ']')
end

-- Rewrites the list from the field's messages and the pending ones; false where the field is not an
-- array.
local function from_field()
  local all = array()
  if not opened(all) then return false end
  local newest = pending(list, listed and marks.behind or 0)
  redis.call('DEL', list, tail)
  length = 0
  push(elements(all))
  push(newest)
  redis.call('HSET', facts, 'behind', #newest)
  marks.behind = #newest
  return true
end

-- Moves the history to where it is to be kept; answers an error code where it cannot.
local function arrange()
  if mode == 'field' and not listed or mode == 'list' and not fielded then return nil end
  local which = current(marks, length, size, text)
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
    size, text = 0, false
    clear_pending()
  elseif mode == 'field' then
    for _, entry in ipairs(pending(list, marks.behind)) do redis.call('RPUSH', tail, entry) end
    redis.call('UNLINK', list)
    redis.call('HDEL', facts, 'listed', 'fielded', 'weighed', 'weight', 'behind')
    length, marks.behind = 0, 0
  end
end

-- Flushes pending messages into the field, or the tail into the list; answers the trimmed messages,
-- or nil where the field is not an array.
local function flush()
  local waiting = pending(list, length > 0 and marks.behind or 0)
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

-- Stores marks of field and list, by which writes of others are recognised, and the message count
-- with other fields of the session.
local function store_marks(more, ...)
  if mode ~= 'field' then
    redis.call('HSET', session, 'historyLength', length, ...)
  else
    if ... then redis.call('HSET', session, ...) end
    if more ~= 0 and counted[2] then
      redis.call('HSET', session, 'historyLength', math.max(0, whole_number(counted[2]) + more))
    end
  end
  if mode == 'both' then
    redis.call('HSET', facts, 'listed', length, 'fielded', fingerprint(size, text))
  end
end

local function restart_lifetimes()
  local lifetime = start_lifetime(ARGV[4], 'slide', marks.lifetime, nil, left)
  for i = 3, 5 do redis.call('PEXPIRE', KEYS[i], lifetime + 3600000) end
end

local wrong = arrange()
if wrong then return {wrong} end
if message == '' then
  local removed = flush()
  if not removed then return {-3} end
  store_marks(-#removed)
  if length > 0 then redis.call('PEXPIRE', list, math.max(1, left) + 3600000) end
  return {1, 0, string.format('%.17g', used), 0, removed}
end

local removed, waiting = {}, 0
if mode == 'list' then
  flush()
  local bytes = list_bytes() - bytes_beyond(list, cap) + #message + 1
  if bytes > most then return {-1} end
  push({message})
  removed = trim()
  redis.call('HSET', facts, 'weighed', length, 'weight', bytes)
else
  local after = size + marks.waiting + #message + 1
  if after > most and cap == 0 then return {-1} end
  if after > most then
    local all, too_large = pending(list, length > 0 and marks.behind or 0), nil
    all[#all + 1] = message
    removed, too_large = append_to_field(all, most)
    if not removed then return {too_large and -1 or -3} end
    clear_pending()
  elseif after <= short then
    local before = flush()
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
    removed = trim()
  end
end

used = string.format('%.17g', used + tokens)
remember_append(appends, ARGV[8], ARGV[9], tokens, used, ARGV[3])
store_marks(1 - #removed, 'contextWindowUsed', used, 'lastActivityAt', ARGV[3])
restart_lifetimes()
return {1, tokens, used, waiting, removed}
