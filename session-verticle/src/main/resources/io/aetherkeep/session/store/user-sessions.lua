-- Functions for the sessions of a user, shared by all scripts on them.
-- KEYS    1 the index by expiry   2 their order: each session's number, greater than all before it,
--         which its use does not change   3 the number up to which the user has logged out, and
--         until when the search for older sessions that no index contains is running
-- ARGV    begin with those of now.lua

local function whole(number) return string.format('%.0f', number) end

local function logout()
  local number, search = string.match(redis.call('GET', KEYS[3]) or '', '^(%d+) ?(%d*)$')
  return tonumber(number or 0), tonumber(search or '') or 0
end

local function logged_out() return (logout()) end

-- The number of the next session. A millisecond has a thousand numbers.
local function next_number()
  local last = redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')[2] or 0
  return math.max(now * 1000, last + 1, logged_out() + 1)
end

-- The index outlives its longest session by an hour, so that a lifetime that another service has
-- extended is noticed when the session is due.
local function expires(id, millis)
  redis.call('ZADD', KEYS[1], whole(now + millis), id)
  for i = 1, 2 do
    if redis.call('PTTL', KEYS[i]) < millis + 3600000 then
      redis.call('PEXPIRE', KEYS[i], millis + 3600000)
    end
  end
end

