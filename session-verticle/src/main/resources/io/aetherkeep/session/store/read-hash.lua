-- Reads a session that is a hash, all but its history, and starts its lifetime anew.
-- KEYS    1 the session   2 its facts
-- ARGV    1 the usual lifetime in ms   2 'slide' or 'keep', see lifetime.lua
--         3 'use', or 'look' to leave the lifetime as it is
-- answers nothing, or: fields and texts in turn, ms left, its own lifetime, when it was created,
--         its user, its number among that one's sessions, the id that it is to replace, how many
--         bytes of its history wait in the tail
-- So many fields are read by one command: Lua's stack bounds what unpack may give it.
local BATCH = 500
-- A history is not read with them: it may be long, and has a script of its own.
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
local left, own = ARGV[3] == 'look' and redis.call('PTTL', KEYS[1]) or -1, facts[2]
if left < 0 then left, own = start_lifetime(ARGV[1], ARGV[2], own, facts[3]) end
return {pairs, left, own, facts[3], facts[4], facts[5], facts[6], facts[7]}
