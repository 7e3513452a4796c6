-- What the scripts of a stream and the fast path of appends share.
-- A stream's bytes lie in chunks (strings) of CHUNK bytes, numbered by position: what is done at
-- one position costs the same however long the stream is.
local CHUNK = 131072

-- At most so many bytes are published to followers, who read more by themselves.
local MOST_PUBLISHED = 65536

-- A whole number as text; by itself Lua writes those of 15 digits and more in another way.
local function whole(number)
  return string.format('%.0f', number)
end

-- A time in ms as a text of 15 digits, for Lua compares texts sooner than it reads long numbers.
local function stamp(millis)
  return string.format('%015.0f', millis)
end

-- The time as Redis has it, in ms since 1970.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local now_stamp = stamp(now)

-- Takes a part that was appended to a chunk off again.
local function withdraw(chunk, size)
  if size == 0 then
    redis.call('UNLINK', chunk)
  else
    redis.call('SET', chunk, redis.call('GETRANGE', chunk, 0, size - 1), 'KEEPTTL')
  end
end
