-- Appends events to the outbox again, for one endpoint.
-- KEYS    1 the outbox   2 its counters   3 the dead letters, or the outbox again
-- ARGV    1 the endpoint   2 the first entry   3 limit of events   4 'dead' or 'since'
--         5 the endpoint's types, each between blanks   6 approximate limit of the outbox
--         7 its lifetime in ms
-- answers how many were appended; 1 if there are more
local found = redis.call('XRANGE', KEYS[3], ARGV[2], '+', 'COUNT', ARGV[3] + 1)
local appended = 0
for i = 1, math.min(#found, tonumber(ARGV[3])) do
  local id, flat, fields = found[i][1], found[i][2], {}
  for j = 1, #flat, 2 do fields[flat[j]] = flat[j + 1] end
  local wanted = string.find(ARGV[5], ' ' .. fields.type .. ' ', 1, true)
  -- Skips entries of replays, which are not new events.
  if ARGV[4] == 'dead' or (wanted and not fields.to) then
    fields.message = fields.message or id
    fields.to = ARGV[1]
    fields.problem = nil
    fields.sequence = redis.call('HINCRBY', KEYS[2], 'number', 1)
    local parts = {}
    for name, text in pairs(fields) do
      parts[#parts + 1] = name
      parts[#parts + 1] = text
    end
    redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[6], '*', unpack(parts))
    appended = appended + 1
  end
  if ARGV[4] == 'dead' then redis.call('XDEL', KEYS[3], id) end
end
if appended > 0 then redis.call('PEXPIRE', KEYS[1], ARGV[7]) end
return {appended, #found > tonumber(ARGV[3]) and 1 or 0}
