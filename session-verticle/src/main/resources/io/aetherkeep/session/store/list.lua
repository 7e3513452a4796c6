-- Functions for the list in which newer proxies keep a history.

-- Size of the list in bytes. It counts only new entries, which others push at its end too.
local function list_size(list, facts, cap, most)
  local known = redis.call('HMGET', facts, 'weighed', 'weight')
  local from, bytes = tonumber(known[1] or 0), tonumber(known[2] or 0)
  local length = redis.call('LLEN', list)
  if from > length then from, bytes = 0, 0 end
  while from < length do
    for _, entry in ipairs(redis.call('LRANGE', list, from, from + 99)) do
      bytes = bytes + #entry + 1
    end
    from = from + 100
    if cap == 0 and bytes > most then return bytes end
  end
  redis.call('HSET', facts, 'weighed', length, 'weight', bytes)
  return bytes
end

-- Bytes of the oldest entries, which one more entry moves beyond a limit of messages.
local function bytes_beyond(list, cap)
  local over, bytes = cap == 0 and 0 or math.max(0, redis.call('LLEN', list) + 1 - cap), 0
  if over == 0 then return 0 end
  for _, entry in ipairs(redis.call('LRANGE', list, 0, over - 1)) do bytes = bytes + #entry + 1 end
  return bytes
end

-- Removes the oldest entries of a list of a length beyond a limit; answers them.
local function trim_list(list, length, keep)
  local removed = {}
  for i = 1, length - keep do removed[i] = redis.call('LPOP', list) end
  return removed
end

