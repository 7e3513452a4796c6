-- What scripts on an entry and on what is kept beside it have in common. What is ours and has another
-- type was put there by somebody else: it is removed, and counts as missing.
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

-- An entry of another type is not to be read here, and is somebody else's.
local function entry(key)
  local found = redis.pcall('GET', key)
  if type(found) == 'table' then return {} end
  return found
end

-- Keeps a value for when its entry has ended: it is fresh until then, and stale afterwards.
local function keep(key, value, ends, revalidate, error)
  redis.call('DEL', key)
  redis.call('HSET', key, 'value', value, 'ends', string.format('%.0f', ends),
    'revalidate', revalidate, 'error', error)
end
