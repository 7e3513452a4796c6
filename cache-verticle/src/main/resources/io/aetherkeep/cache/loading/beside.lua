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

-- Reads an entry. One of another type counts as missing, and stays: another service owns it.
local function entry(key)
  local found = redis.pcall('GET', key)
  if type(found) == 'table' then return {} end
  return found
end

-- Stores a stale copy: the value, when it expires, and how long it may be served after that.
local function keep(key, value, ends, revalidate, error)
  redis.call('DEL', key)
  redis.call('HSET', key, 'value', value, 'ends', string.format('%.0f', ends),
    'revalidate', revalidate, 'error', error)
end
