-- Transactional outbox: appends events of a change in the same step as the change.
-- KEYS    if the last argument is not '', the last two are the outbox and its counters, or on a
--         cluster the part of the outbox in the slot, and its last announced states
-- ARGV    the last has the event types that any endpoint receives, each between blanks, or ''; if
--         it is not '', before it: fields of the event as alternating names and texts, their
--         number, the subject, the approximate limit of the outbox, 'numbered' or 'part'
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
-- Appends an event, with more fields as alternating names and texts.
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
-- Announces a state unless it equals the last announced one: several nodes may detect the same
-- change of another service.
local function announce_state(type, state, ...)
  if not string.find(wanted_types, ' ' .. type .. ' ', 1, true) then return end
  local field = type .. ' ' .. outbox.subject
  if redis.call('HGET', outbox.counters, field) == state then return end
  -- First the event: if Redis refuses it, the next detection announces the state.
  announce(type, ...)
  redis.call('HSET', outbox.counters, field, state)
end
