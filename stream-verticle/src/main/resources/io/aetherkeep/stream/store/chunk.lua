-- Functions shared by the scripts of a stream and the fast path of appends.

-- A stream's bytes are stored in chunks (strings) of CHUNK bytes, numbered by position, so that the
-- cost of an operation does not depend on the length of the stream.
local CHUNK = 131072

-- Maximum bytes in a notice to followers. Followers read larger appends from Redis.
local MOST_PUBLISHED = 65536

-- Formats a whole number. Lua's default format uses exponents from 15 digits on.
local function whole(number)
  return string.format('%.0f', number)
end

-- Formats a time in ms as 15 digits: Lua compares texts faster than it parses long numbers.
local function stamp(millis)
  return string.format('%015.0f', millis)
end

-- Redis's time, in ms since 1970.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local now_stamp = stamp(now)

-- Truncates a chunk, to undo an append.
local function truncate(chunk, size)
  if size == 0 then
    redis.call('UNLINK', chunk)
  else
    redis.call('SET', chunk, redis.call('GETRANGE', chunk, 0, size - 1), 'KEEPTTL')
  end
end
