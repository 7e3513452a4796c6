-- Functions for playback, shared by all scripts that read it. They answer it as: podcast, state,
-- position, rate, time, seq, user, number of open sockets, time when lease expiry stopped it or ''.
-- KEYS begin with the playback and its connections; ARGV begin with those of now.lua.
local playback, connections = KEYS[1], KEYS[2]

-- Parses a whole number up to 2^53 - 1, which Lua represents exactly; otherwise a default.
local function whole(text, otherwise)
  if not text or not string.find(text, '^%d+$') or #text > 16 then return otherwise end
  local number = tonumber(text)
  return number <= 9007199254740991 and number or otherwise
end

local function text(number) return string.format('%.0f', number) end

-- Counts sockets with a running lease. The lease '-' belongs to plain HTTP and is no socket.
local function sockets()
  local count = redis.call('ZCOUNT', connections, '(' .. text(now), '+inf')
  local plain = redis.call('ZSCORE', connections, '-')
  return plain and tonumber(plain) > now and count - 1 or count
end

local function read_playback()
  local read = redis.call('HMGET', playback,
    'podcastId', 'state', 'positionMs', 'rate', 'updatedAt', 'seq', 'user', 'lapsedAt')
  for i = 1, 8 do read[i] = read[i] or '' end
  table.insert(read, 8, text(sockets()))
  return read
end

-- Remaining ms of the longest lease, 0 for none. Removes expired leases.
local function remaining_lease()
  redis.call('ZREMRANGEBYSCORE', connections, '-inf', text(now))
  local last = redis.call('ZRANGE', connections, -1, -1, 'WITHSCORES')[2]
  return last and text(math.ceil(last - now)) or '0'
end

