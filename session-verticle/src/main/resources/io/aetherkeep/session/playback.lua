-- What is played, as every script that reads it answers it: podcast, state, position, rate, when,
-- seq, user, how many sockets. KEYS begin with the playback and its connections.
local playback, connections = KEYS[1], KEYS[2]

-- A whole number that a Lua number can hold, or another one for what is none.
local function whole(text, otherwise)
  if not text or not string.find(text, '^%d+$') or #text > 15 then return otherwise end
  return tonumber(text)
end

local function text(number) return string.format('%.0f', number) end

-- The sockets whose leases run; plain HTTP has the lease of '-', and is no socket.
local function sockets(now)
  local count = redis.call('ZCOUNT', connections, '(' .. now, '+inf')
  local plain = redis.call('ZSCORE', connections, '-')
  return plain and tonumber(plain) > tonumber(now) and count - 1 or count
end

local function seen(now)
  local read = redis.call('HMGET', playback,
    'podcastId', 'state', 'positionMs', 'rate', 'updatedAt', 'seq', 'user')
  for i = 1, 7 do read[i] = read[i] or '' end
  read[8] = text(sockets(now))
  return read
end

