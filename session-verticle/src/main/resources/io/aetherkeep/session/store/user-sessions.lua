-- The sessions of a user, as every script on them knows them.
-- KEYS    1 the index by expiry   2 their order: each session's number, greater than all before it,
--         which its use does not change   3 the number up to which the user has logged out, and until when it is
--         searched for sessions from before that no index knows
-- ARGV    begin with what now.lua has

local function whole(number) return string.format('%.0f', number) end

local function logout()
  local number, search = string.match(redis.call('GET', KEYS[3]) or '', '^(%d+) ?(%d*)$')
  return tonumber(number or 0), tonumber(search or '') or 0
end

local function logged_out() return (logout()) end

-- The number of the next session; a thousand of them fit in a millisecond.
local function next_number()
  local last = redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')[2] or 0
  return math.max(now * 1000, last + 1, logged_out() + 1)
end

-- The index outlives its longest session by an hour: one that another service gave a longer lifetime
-- is noticed when it should be over.
local function expires(id, millis)
  redis.call('ZADD', KEYS[1], whole(now + millis), id)
  for i = 1, 2 do
    if redis.call('PTTL', KEYS[i]) < millis + 3600000 then
      redis.call('PEXPIRE', KEYS[i], millis + 3600000)
    end
  end
end

