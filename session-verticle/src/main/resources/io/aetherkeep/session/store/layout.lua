-- Location of a session's history: a field of the hash, a list beside it, or both.
-- KEYS begin with the session, its facts and its tail.
local session, facts, tail = KEYS[1], KEYS[2], KEYS[3]

-- Fingerprint of the field; for a long one its length.
local function fingerprint(short)
  local size = redis.call('HSTRLEN', session, 'history')
  return size > short and tostring(size)
    or redis.sha1hex(redis.call('HGET', session, 'history') or '')
end

-- Which of field and list is current: the one that another service has written since Aetherkeep
-- last did, the list where both were written, or the field where the list is lost.
local function current(list, short)
  local known, length = redis.call('HMGET', facts, 'listed', 'fielded'), redis.call('LLEN', list)
  if length == 0 then return 'field' end
  if (known[1] or '0') ~= tostring(length) then return 'list' end
  return known[2] == fingerprint(short) and 'both' or 'field'
end

-- Pending messages, which the field does not have yet: those of the list, where the history is in
-- both, and those of the tail.
local function pending(list)
  local waiting = {}
  local count = tonumber(redis.call('HGET', facts, 'behind') or 0)
  if count > 0 and redis.call('TYPE', list).ok == 'list' then
    waiting = redis.call('LRANGE', list, -count, -1)
  end
  for _, entry in ipairs(redis.call('LRANGE', tail, 0, -1)) do waiting[#waiting + 1] = entry end
  return waiting
end

