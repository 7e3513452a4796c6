-- Claims the pending work for a worker.
-- ARGV    1 see now.lua   2 id of a new wake   3 the worker
-- answers {verdict, generation, wake or holder}: unknown, other (not a pull-wake subscription),
--         held, none (nothing is pending), or claimed
local state = load()
if not state then
  return {'unknown'}
elseif state.type ~= 'pull-wake' then
  return {'other'}
elseif state.holder ~= '' then
  return {'held', state.generation, state.holder}
elseif not first_pending() then
  state.wake = ''
  save(state)
  return {'none'}
end
if state.wake == '' then
  wake(state, ARGV[2])
end
state.holder, state.deadline = ARGV[3], now + tonumber(state.lease)
save(state)
return {'claimed', state.generation, state.wake}
