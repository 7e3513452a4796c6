-- Appends events to the outbox of the space, in the same step as the change that they tell of.
-- KEYS    where the last argument is not '', the last two are the outbox and its counters, or on a
--         cluster the part of the outbox in the slot, and what was announced last there
-- ARGV    the last is the types that are wanted, each between blanks, or ''; where it is not '',
--         before it: names and texts in turn that the caller says of the event, their number, the
--         subject, about how many events are kept, 'numbered' or 'part'
local wanted_types = table.remove(ARGV)
local outbox = {}
if wanted_types ~= '' then
  outbox.form, outbox.most, outbox.subject = table.remove(ARGV), table.remove(ARGV), table.remove(ARGV)
  outbox.said = {}
  for _ = 1, tonumber(table.remove(ARGV)) do
    table.insert(outbox.said, 1, table.remove(ARGV))
  end
  outbox.counters, outbox.events = table.remove(KEYS), table.remove(KEYS)
end
-- Appends an event, with what the script says of it as names and texts in turn.
local function announce(type, ...)
  if not string.find(wanted_types, ' ' .. type .. ' ', 1, true) then return end
  local fields = {'type', type, 'subject', outbox.subject}
  if outbox.form == 'numbered' then
    fields[5], fields[6] = 'sequence', redis.call('HINCRBY', outbox.counters, 'number', 1)
  end
  for _, text in ipairs(outbox.said) do fields[#fields + 1] = text end
  for _, text in ipairs({...}) do fields[#fields + 1] = text end
  redis.call('XADD', outbox.events, 'MAXLEN', '~', outbox.most, '*', unpack(fields))
  redis.call('PEXPIRE', outbox.events, 604800000)
end
-- Announces a state that other services may bring about too, unless it was announced last.
local function announce_state(type, state, ...)
  if not string.find(wanted_types, ' ' .. type .. ' ', 1, true) then return end
  local field = type .. ' ' .. outbox.subject
  if redis.call('HGET', outbox.counters, field) == state then return end
  redis.call('HSET', outbox.counters, field, state)
  announce(type, ...)
end
