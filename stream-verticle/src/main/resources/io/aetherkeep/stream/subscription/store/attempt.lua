-- Stores the result of a delivery.
-- ARGV    1 see now.lua   2 the wake's id   3 '' if it was accepted, else ms until the next attempt
-- answers the number of consecutive failed deliveries, before and now
local state = load()
if not state or (state.wake ~= ARGV[2] and state.wake ~= '') then
  return {0, 0}
end
local before = state.failures
if ARGV[3] == '' then
  state.failures, state.attempt = 0, nil
else
  state.failures, state.attempt = before + 1, now + tonumber(ARGV[3])
end
save(state)
return {before, state.failures}
