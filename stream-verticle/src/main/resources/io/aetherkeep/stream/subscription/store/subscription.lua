-- Functions shared by the scripts of a subscription; each script is timed, and begins with this
-- file.
-- KEYS    1 the subscription (hash)
--         2 its links (hash): path -> 'acked-offset known-tail linked-at'
--         3 the paths of pending work (sorted set by the time at which it was found)
--         4 the paths that were added by name (hash)
--
-- Fields of the hash that change: generation, wake (its id), holder (the worker that claimed),
-- deadline (end of the lease in ms), failures (of deliveries, in a row), attempt (time of the next
-- delivery in ms). A wake without a deadline waits to be claimed.
local FIELDS = {'type', 'lease', 'generation', 'wake', 'holder', 'deadline', 'failures', 'attempt'}

-- The state, after ending an expired lease; nil if there is no subscription.
local function load()
  local got = redis.call('HMGET', KEYS[1], unpack(FIELDS))
  if not got[1] then
    return nil
  end
  local state = {}
  for i, name in ipairs(FIELDS) do
    state[name] = got[i] or ''
  end
  state.generation, state.failures = tonumber(state.generation), tonumber(state.failures)
  state.deadline, state.attempt = tonumber(state.deadline), tonumber(state.attempt)
  state.expired = state.deadline ~= nil and state.deadline <= now
  if state.expired then
    state.wake, state.holder, state.deadline = '', '', nil
  end
  return state
end

local function save(state)
  redis.call('HSET', KEYS[1], 'generation', state.generation, 'wake', state.wake, 'holder', state.holder,
    'deadline', state.deadline or '', 'failures', state.failures, 'attempt', state.attempt or '')
end

-- Epoch and position of an offset; those of '-1' are before all others.
local function parts(offset)
  local epoch, position = string.match(offset, '^(%d+)_(%d+)$')
  if not epoch then
    return -1, -1
  end
  return tonumber(epoch), tonumber(position)
end

local function is_before(offset, other)
  local epoch, position = parts(offset)
  local other_epoch, other_position = parts(other)
  return epoch < other_epoch or (epoch == other_epoch and position < other_position)
end

-- Whether a stream with this tail has unacked data; never for an empty one.
local function has_more(acked, tail)
  local _, position = parts(tail)
  return position > 0 and is_before(acked, tail)
end

-- Acked offset, known tail and time of a link; nil if there is none.
local function link_of(path)
  local text = redis.call('HGET', KEYS[2], path)
  if not text then
    return nil
  end
  return string.match(text, '^(%S+) (%S+) (%d+)$')
end

local function set_link(path, acked, tail, linked)
  redis.call('HSET', KEYS[2], path, acked .. ' ' .. tail .. ' ' .. linked)
  if has_more(acked, tail) then
    redis.call('ZADD', KEYS[3], 'NX', now, path)
  else
    redis.call('ZREM', KEYS[3], path)
  end
end

-- The path whose work has been pending longest.
local function first_pending()
  return redis.call('ZRANGE', KEYS[3], 0, 0)[1]
end

-- Begins a wake. The lease of a webhook begins with it, that of a worker with its claim.
local function wake(state, id)
  state.generation = state.generation + 1
  state.wake, state.holder, state.attempt = id, '', nil
  state.deadline = state.type == 'webhook' and now + tonumber(state.lease) or nil
end

-- Ends the wake, and begins the next one if work is pending; then answers its path.
local function finish(state, id)
  state.wake, state.holder, state.deadline = '', '', nil
  local path = first_pending()
  if path then
    wake(state, id)
  end
  return path
end
