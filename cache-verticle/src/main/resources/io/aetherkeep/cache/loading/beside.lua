-- Helpers of the scripts on an entry and its companion keys. A companion key of another type was
-- written by another service: it is removed, and counts as missing.
local function text(key)
  local found = redis.pcall('GET', key)
  if type(found) ~= 'table' then return found end
  redis.call('UNLINK', key)
  return false
end

local function fields(key, ...)
  local found = redis.pcall('HMGET', key, ...)
  if not found.err then return found end
  redis.call('UNLINK', key)
  return {}
end

local function milliseconds()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Whether a claim's token is that of a renewal, whose load began while the entry existed.
local function renews(token)
  return string.sub(token, 1, 8) == 'renewal-'
end

-- Whether a string has this value, or a hash these fields and texts (a JSON array; '' for a
-- string). An entry of another type does not match, and stays: another service owns it.
local function has(key, value, pairs)
  local kind = redis.call('TYPE', key).ok
  if not pairs or pairs == '' then return kind == 'string' and redis.call('GET', key) == value end
  local all = kind == 'hash' and cjson.decode(pairs) or {}
  if #all == 0 or redis.call('HLEN', key) * 2 ~= #all then return false end
  for i = 1, #all, 2 do
    if redis.call('HGET', key, all[i]) ~= all[i + 1] then return false end
  end
  return true
end

-- Stores an entry, for ever if its lifetime is 0.
local function put(key, value, pairs, lifetime)
  if pairs == '' then
    redis.call('SET', key, value)
  else
    redis.call('DEL', key)
    local all = cjson.decode(pairs)
    for i = 1, #all, 500 do
      redis.call('HSET', key, unpack(all, i, math.min(i + 499, #all)))
    end
  end
  if lifetime > 0 then redis.call('PEXPIRE', key, lifetime) end
end

-- Stores a stale copy: the value, when it expires, and how long it may be served after that.
local function keep(key, value, pairs, ends, revalidate, error)
  redis.call('DEL', key)
  redis.call('HSET', key, 'value', value, 'ends', string.format('%.0f', ends),
    'revalidate', revalidate, 'error', error)
  if pairs ~= '' then redis.call('HSET', key, 'pairs', pairs) end
end
