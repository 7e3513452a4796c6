-- Appends events to the outbox again, for one endpoint.
-- KEYS    1 the outbox   2 its counters   3 the dead letters, or the outbox again
-- ARGV    1 the endpoint   2 the first entry   3 the last entry, '+' for the newest one
--         4 limit of entries   5 'dead' or 'since'   6 the endpoint's types, each between blanks
--         7 approximate limit of the outbox   8 its lifetime in ms
-- answers how many were appended, the entry to continue with, '' at the end, and the last entry
local last, most = ARGV[3], tonumber(ARGV[4])
-- Fixes the end: entries that are appended between two pages are not part of the replay.
if last == '+' then
  local newest = redis.call('XREVRANGE', KEYS[3], '+', '-', 'COUNT', 1)[1]
  last = newest and newest[1] or last
end
local found = redis.call('XRANGE', KEYS[3], ARGV[2], last, 'COUNT', most + 1)
local appended = 0
for i = 1, math.min(#found, most) do
  local id, flat, fields = found[i][1], found[i][2], {}
  for j = 1, #flat, 2 do fields[flat[j]] = flat[j + 1] end
  local wanted = string.find(ARGV[6], ' ' .. (fields.type or '') .. ' ', 1, true)
  -- Skips entries of replays, which are not new events.
  if ARGV[5] == 'dead' or (wanted and not fields.to) then
    if not string.find(fields.message or '', '^%d+%-%d+[%-%d]*$') then fields.message = id end
    fields.to = ARGV[1]
    fields.problem = nil
    fields.sequence = redis.call('HINCRBY', KEYS[2], 'number', 1)
    local parts = {}
    for name, text in pairs(fields) do
      parts[#parts + 1] = name
      parts[#parts + 1] = text
    end
    redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[7], '*', unpack(parts))
    appended = appended + 1
  end
  if ARGV[5] == 'dead' then redis.call('XDEL', KEYS[3], id) end
end
if appended > 0 then redis.call('PEXPIRE', KEYS[1], ARGV[8]) end
return {appended, found[most + 1] and found[most + 1][1] or '', last}
