-- Acks offsets of a wake, and extends or ends its lease.
-- ARGV    1 see now.lua   2 the type that the subscription must have   3 the wake's id
--         4 its generation   5 'done' to end the lease, or ''   6 id of a next wake
--         7 'snapshot' to ack the streams of the wake itself, and skip acks that do not apply
--         then for each ack its path, its offset, and the stream's tail or '-1' for none
-- answers {verdict, generation, wake, path}: unknown, other (another type), fenced, refused (an ack
--         regresses, is beyond the tail, or of no stream of the subscription), acked, or woken (a
--         next wake begins)
local state = load()
if not state then
  return {'unknown'}
elseif state.type ~= ARGV[2] then
  return {'other'}
elseif state.wake == '' or state.wake ~= ARGV[3] or state.generation ~= tonumber(ARGV[4])
  or not state.deadline then
  save(state)
  return {'fenced'}
end

local function is_sound(path, offset, tail)
  local acked, known = link_of(path)
  if acked and tail == '-1' then
    -- The stream was deleted or has expired.
    tail = known
  end
  return acked and offset ~= '-1' and not is_before(offset, acked) and not is_before(tail, offset)
end

local strict = ARGV[7] ~= 'snapshot'
for i = 8, #ARGV, 3 do
  if strict and not is_sound(ARGV[i], ARGV[i + 1], ARGV[i + 2]) then
    return {'refused', state.generation, state.wake, ARGV[i]}
  end
end
for i = 8, #ARGV, 3 do
  local path, offset, tail = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  if strict or is_sound(path, offset, tail) then
    local _, known, linked = link_of(path)
    set_link(path, offset, is_before(known, tail) and tail or known, linked)
  end
end
if state.type == 'webhook' then
  state.failures, state.attempt = 0, nil
end
state.deadline = now + tonumber(state.lease)
local path = ARGV[5] == 'done' and finish(state, ARGV[6])
save(state)
return {path and 'woken' or 'acked', state.generation, state.wake, path or ''}
