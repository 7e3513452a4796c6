-- Reads events from the outbox for an endpoint: new ones, or pending ones, which were read but not
-- acknowledged.
-- KEYS    1 the outbox   2 its counters   3 the owner
-- ARGV    1 the endpoint   2 the node that must own it   3 limit of events   4 '>' for new ones, or
--         '0' for pending ones   5 the outbox's lifetime in ms
-- answers nothing if another node owns it; else how many events were dropped before they were read,
--         then the entries
if redis.call('GET', KEYS[3]) ~= ARGV[2] then return false end
repair(KEYS[1], 'stream')
local function take()
  return redis.pcall('XREADGROUP', 'GROUP', ARGV[1], 'owner', 'COUNT', ARGV[3], 'STREAMS', KEYS[1],
    ARGV[4])
end
local taken = take()
-- The outbox expired or was lost, with the endpoint's consumer group.
if taken and taken.err then
  if not string.find(taken.err, 'NOGROUP', 1, true) then return taken end
  redis.call('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0', 'MKSTREAM')
  redis.call('PEXPIRE', KEYS[1], ARGV[5])
  taken = take()
end
local entries = taken and taken[1] and taken[1][2] or {}
local field = 'read:' .. ARGV[1]
local last = tonumber(redis.call('HGET', KEYS[2], field) or '')
local dropped = 0
for _, entry in ipairs(entries) do
  local number
  for i = 1, entry[2] and #entry[2] or 0, 2 do
    if entry[2][i] == 'sequence' then number = tonumber(entry[2][i + 1]) end
  end
  if ARGV[4] ~= '>' then
    -- Trimmed after it was read.
    if not number then dropped = dropped + 1 end
  elseif number then
    -- Numbers restart after a loss of the counters.
    if last and number > last + 1 then dropped = dropped + number - last - 1 end
    last = number
  end
end
if ARGV[4] == '>' and last and #entries > 0 then redis.call('HSET', KEYS[2], field, last) end
if dropped > 0 then redis.call('HINCRBY', KEYS[2], 'dropped:' .. ARGV[1], dropped) end
return {dropped, entries}
