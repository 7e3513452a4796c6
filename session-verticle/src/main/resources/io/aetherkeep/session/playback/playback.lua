-- What is played, as every script that reads it answers it: podcast, state, position, rate, when,
-- seq, user, how many sockets, and when it was stopped because nobody was connected, or ''.
-- KEYS begin with the playback and its connections; ARGV begin with what now.lua has.
local playback, connections = KEYS[1], KEYS[2]

-- A whole number up to 2^53 - 1, which a Lua number holds exactly, or another one for what is none.
local function whole(text, otherwise)
  if not text or not string.find(text, '^%d+$') or #text > 16 then return otherwise end
  local number = tonumber(text)
  return number <= 9007199254740991 and number or otherwise
end

local function text(number) return string.format('%.0f', number) end

-- The sockets whose leases run; plain HTTP has the lease of '-', and is no socket.
local function sockets()
  local count = redis.call('ZCOUNT', connections, '(' .. text(now), '+inf')
  local plain = redis.call('ZSCORE', connections, '-')
  return plain and tonumber(plain) > now and count - 1 or count
end

local function seen()
  local read = redis.call('HMGET', playback,
    'podcastId', 'state', 'positionMs', 'rate', 'updatedAt', 'seq', 'user')
  for i = 1, 7 do read[i] = read[i] or '' end
  read[8] = text(sockets())
  read[9] = redis.call('HGET', playback, 'lapsedAt') or ''
  return read
end

-- How many ms the last of the leases has left, 0 for none; those that ran out are removed.
local function leased()
  redis.call('ZREMRANGEBYSCORE', connections, '-inf', text(now))
  local last = redis.call('ZRANGE', connections, -1, -1, 'WITHSCORES')[2]
  return last and text(math.ceil(last - now)) or '0'
end

