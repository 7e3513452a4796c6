-- Claims the pending work for a worker.
-- ARGV    1 see now.lua   2 id of a new wake   3 the worker
--         4 links that may be checked at every claim, and 5 pause between two checks, in ms for
--         each further link
-- answers {verdict, generation, wake or holder}: unknown, other (not a pull-wake subscription),
--         held, or claimed; or {none, generation, '', '', ms until the next check of all streams}:
--         nothing is known to be pending. For 0 ms the caller must check, and no other one does.
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
  local pause = math.max(0, redis.call('HLEN', KEYS[2]) - tonumber(ARGV[4])) * tonumber(ARGV[5])
  local wait = pause + (tonumber(redis.call('HGET', KEYS[1], 'checked')) or 0) - now
  if pause > 0 and wait <= 0 then
    redis.call('HSET', KEYS[1], 'checked', now)
  end
  return {'none', state.generation, '', '', math.max(0, math.min(pause, wait))}
end
if state.wake == '' then
  wake(state, ARGV[2])
end
state.holder, state.deadline = ARGV[3], now + tonumber(state.lease)
save(state)
return {'claimed', state.generation, state.wake}
