-- Location of a session's history: a field of the hash, a list beside it, or both.
-- KEYS begin with the session, its facts and its tail.
local session, facts, tail = KEYS[1], KEYS[2], KEYS[3]

-- What the facts say of the history: where it was kept, and what the field lacks.
local function read_marks()
  local read = redis.call('HMGET', facts, 'ended', 'listed', 'fielded', 'behind', 'tail', 'lifetime')
  return {ended = read[1], listed = read[2], fielded = read[3], behind = tonumber(read[4] or 0),
    waiting = tonumber(read[5] or 0), lifetime = read[6]}
end

-- Length of the list; 0 where there is none.
local function list_length(list)
  return redis.call('TYPE', list).ok == 'list' and redis.call('LLEN', list) or 0
end

-- The field's size in bytes, and its text if it is short and not missing.
local function read_field(short)
  local size = redis.call('HSTRLEN', session, 'history')
  return size, size <= short and redis.call('HGET', session, 'history')
end

-- Fingerprint of the field; for a long one its length.
local function fingerprint(size, text)
  return size > 0 and not text and tostring(size) or redis.sha1hex(text or '')
end

-- Which of field and list is current: the one that another service has written since Aetherkeep
-- last did, the list where both were written, or the field where the list is lost.
local function current(marks, length, size, text)
  if length == 0 then return 'field' end
  if (marks.listed or '0') ~= tostring(length) then return 'list' end
  return marks.fielded == fingerprint(size, text) and 'both' or 'field'
end

-- Pending messages, which the field does not have yet: those of the list, where the history is in
-- both, and those of the tail.
local function pending(list, behind)
  local waiting = behind > 0 and redis.call('LRANGE', list, -behind, -1) or {}
  for _, entry in ipairs(redis.call('LRANGE', tail, 0, -1)) do waiting[#waiting + 1] = entry end
  return waiting
end

