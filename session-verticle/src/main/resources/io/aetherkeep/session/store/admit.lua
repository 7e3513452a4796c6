-- Admits an opened session within its user's limit.
-- KEYS    see user-sessions.lua
-- ARGV    1 see now.lua   2 the id   3 ms until it expires   4 the limit
--         5 'oldest-out' or 'refuse'   6 the last log-out when the opening began, or 0
--         7 limit of other sessions to answer
-- answers its number, 0 where the limit is reached, -1 where its user has logged out everywhere
--         since; then ids and numbers of sessions that have to end, or of those that fill the limit
if logged_out() ~= tonumber(ARGV[6]) then return {-1} end
local excess = redis.call('ZCOUNT', KEYS[1], '(1', '+inf') + 1 - ARGV[4]
local reply, most = {0}, tonumber(ARGV[7])

local function name(ids)
  for _, id in ipairs(ids) do
    reply[#reply + 1] = id
    reply[#reply + 1] = redis.call('ZSCORE', KEYS[2], id) or ''
  end
end

if excess > 0 and ARGV[5] == 'refuse' then
  name(redis.call('ZRANGE', KEYS[1], 0, most - 1))
  return reply
end
-- Sessions that have to end are no longer counted. They stay in the index until they have ended:
-- if the node that ends them dies, the next opening ends them.
if excess > 0 then
  local oldest = redis.call('ZRANGEBYSCORE', KEYS[1], '(1', '+inf',
    'LIMIT', 0, math.min(excess, most))
  for _, id in ipairs(oldest) do redis.call('ZADD', KEYS[1], 1, id) end
end
name(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', 1, 'LIMIT', 0, most))
local number = next_number()
reply[1] = number
redis.call('ZADD', KEYS[2], whole(number), ARGV[2])
expires(ARGV[2], tonumber(ARGV[3]))
return reply
