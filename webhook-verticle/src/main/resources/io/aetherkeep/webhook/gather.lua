-- Appends events of the outbox's parts to the outbox, each once.
-- KEYS    1 the outbox   2 its counters   3 the last entry that was gathered, by slot
-- ARGV    1 about how many events the outbox keeps   2 its lifetime in ms   then of each event
--         its slot, its entry in the part, how many names and texts it has, these
-- answers how many were appended
repair(KEYS[1], 'stream')
repair(KEYS[3], 'hash')
local gathered = {}
-- Whether an entry, 'ms-number', comes after another one, or there is no other one.
local function is_behind(entry, last)
  local ms, number = string.match(entry, '^(%d+)-(%d+)$')
  local last_ms, last_number = string.match(last or '', '^(%d+)-(%d+)$')
  ms, last_ms = tonumber(ms), tonumber(last_ms)
  if not last_ms or ms ~= last_ms then return not last_ms or ms > last_ms end
  return tonumber(number) > tonumber(last_number)
end
local appended, i = 0, 3
while i <= #ARGV do
  local slot, entry, size = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2])
  local last = gathered[slot] or redis.call('HGET', KEYS[3], slot)
  if is_behind(entry, last) then
    local fields = {'sequence', redis.call('HINCRBY', KEYS[2], 'number', 1),
      'message', entry .. '-' .. slot}
    for j = i + 3, i + 2 + size do fields[#fields + 1] = ARGV[j] end
    redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', unpack(fields))
    gathered[slot] = entry
    appended = appended + 1
  end
  i = i + 3 + size
end
if appended > 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
for slot, entry in pairs(gathered) do redis.call('HSET', KEYS[3], slot, entry) end
return appended
