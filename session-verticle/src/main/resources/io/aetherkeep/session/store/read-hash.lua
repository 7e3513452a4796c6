-- Reads a session that is a hash, without its history, and restarts its lifetime.
-- KEYS    1 the session   2 its facts
-- ARGV    1 the default lifetime in ms   2 'slide' or 'keep', see lifetime.lua
--         3 'use', or 'peek' to leave the lifetime unchanged
-- answers nothing, or: fields and texts in turn, ms left, its own lifetime, its creation time,
--         its user, its number in the user's index, the id that it replaces, how many bytes of its
--         history are pending
-- Fields read by one command: Lua's stack limits what unpack can pass.
local BATCH = 500
-- Reads the fields without the history, which may be long and is read by history.lua.
local function beside_history()
  local fields, found = {}, {}
  for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
    if field ~= 'history' then fields[#fields + 1] = field end
  end
  for from = 1, #fields, BATCH do
    local to = math.min(from + BATCH - 1, #fields)
    local texts = redis.call('HMGET', KEYS[1], unpack(fields, from, to))
    for i, text in ipairs(texts) do
      found[#found + 1] = fields[from + i - 1]
      found[#found + 1] = text
    end
  end
  return found
end
local facts = redis.call('HMGET', KEYS[2],
  'ended', 'lifetime', 'createdAt', 'user', 'number', 'from', 'tail')
if facts[1] then
  redis.call('UNLINK', KEYS[1])
  return false
end
local has_history = redis.call('HEXISTS', KEYS[1], 'history') == 1
local pairs = has_history and beside_history() or redis.call('HGETALL', KEYS[1])
if #pairs == 0 and not has_history then return false end
local left, own = ARGV[3] == 'peek' and redis.call('PTTL', KEYS[1]) or -1, facts[2]
if left < 0 then left, own = start_lifetime(ARGV[1], ARGV[2], own, facts[3]) end
return {pairs, left, own, facts[3], facts[4], facts[5], facts[6], facts[7]}
