-- Admits a session that was opened among those of its user, of whom each may have so many.
-- KEYS    see user-sessions.lua
-- ARGV    1 see now.lua   2 the id   3 in how many ms it is over   4 how many there may be
--         5 'oldest-out' or 'refuse'   6 the last logout when it was begun, or 0
--         7 how many others to name at most
-- answers its number, 0 for no room, -1 where its user has logged out everywhere since; then the
--         ids and numbers of those that give way, or are in the way
if logged_out() ~= tonumber(ARGV[6]) then return {-1} end
local over = redis.call('ZCOUNT', KEYS[1], '(1', '+inf') + 1 - ARGV[4]
local reply, most = {0}, tonumber(ARGV[7])

local function name(ids)
  for _, id in ipairs(ids) do
    reply[#reply + 1] = id
    reply[#reply + 1] = redis.call('ZSCORE', KEYS[2], id) or ''
  end
end

if over > 0 and ARGV[5] == 'refuse' then
  name(redis.call('ZRANGE', KEYS[1], 0, most - 1))
  return reply
end
-- Those that give way count no more. They stay until they are ended: if the node that does so dies,
-- the next one does.
if over > 0 then
  local oldest = redis.call('ZRANGEBYSCORE', KEYS[1], '(1', '+inf', 'LIMIT', 0, math.min(over, most))
  for _, id in ipairs(oldest) do redis.call('ZADD', KEYS[1], 1, id) end
end
name(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', 1, 'LIMIT', 0, most))
local number = next_number()
reply[1] = number
redis.call('ZADD', KEYS[2], whole(number), ARGV[2])
expires(ARGV[2], tonumber(ARGV[3]))
return reply
