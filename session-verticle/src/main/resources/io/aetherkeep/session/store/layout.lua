-- Where a session's history is: in a field of the hash, in a list beside it, or in both.
-- KEYS begin with the session, its facts and its tail.
local session, facts, tail = KEYS[1], KEYS[2], KEYS[3]

-- What tells the field from another; of a long one, its length.
local function mark(short)
  local size = redis.call('HSTRLEN', session, 'history')
  return size > short and tostring(size)
    or redis.sha1hex(redis.call('HGET', session, 'history') or '')
end

-- Of a field and a list, which one is the truth: the one that another service has written since
-- this one last did, and of two the list, unless that is lost.
local function truth(list, short)
  local known, length = redis.call('HMGET', facts, 'listed', 'fielded'), redis.call('LLEN', list)
  if length == 0 then return 'field' end
  if (known[1] or '0') ~= tostring(length) then return 'list' end
  return known[2] == mark(short) and 'both' or 'field'
end

-- The newest messages, those that the field does not have yet: of the list, where the history is in
-- both, and of the tail.
local function behind(list)
  local waiting = {}
  local count = tonumber(redis.call('HGET', facts, 'behind') or 0)
  if count > 0 then waiting = redis.call('LRANGE', list, -count, -1) end
  for _, entry in ipairs(redis.call('LRANGE', tail, 0, -1)) do waiting[#waiting + 1] = entry end
  return waiting
end

