-- Stores tails of streams, and begins a wake if work is pending and none is in progress.
-- ARGV    1 see now.lua   2 id of a new wake   3 'wake', or 'note' to begin none
--         4 maximum number of links   5 ms for which a link without a stream stays
--         6 'checked' or 'scanned' if all streams now were, or ''
--         then for each stream: its path; 'glob' to link it, 'known', 'exact' if the tail was just
--         read, which may be before a known one that Redis has lost, or 'gone'; its tail; its link
--         before that read, or ''. If the link has changed since, it is from a later notice: then
--         'exact' counts as 'known', and 'gone' does not count
-- answers {verdict, generation, wake, pending path, ms until something is due, links that did not
--         fit}: unknown, idle (nothing is pending), pending (only stored), busy (a lease is held,
--         or a delivery waits for its retry), unclaimed (a wake waits for a worker), woken (a wake
--         begins), or again (the delivery of the same wake is due again)
local state = load()
if not state then
  return {'unknown'}
end
local refused = 0

local function note(path, how, tail, read)
  local acked, known, linked = link_of(path)
  local changed = not acked or acked .. ' ' .. known .. ' ' .. linked ~= read
  if how == 'gone' then
    if changed then
      return
    end
    redis.call('ZREM', KEYS[3], path)
    if now - tonumber(linked) > tonumber(ARGV[5])
      and redis.call('HEXISTS', KEYS[4], path) == 0 then
      redis.call('HDEL', KEYS[2], path)
    end
    return
  end
  if not acked and how == 'glob' then
    if redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[4]) then
      refused = refused + 1
      return
    end
    acked, known, linked = '-1', '-1', now
  end
  local exact = how == 'exact' and not changed
  if acked and (exact or not link_of(path) or is_before(known, tail)) then
    set_link(path, acked, tail, linked)
  end
end

if ARGV[6] ~= '' then
  redis.call('HSET', KEYS[1], ARGV[6], now)
end
for i = 7, #ARGV, 4 do
  note(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3])
end

local function answer(verdict, path, due)
  save(state)
  return {verdict, state.generation, state.wake, path or '', math.max(0, (due or now) - now), refused}
end

local path = first_pending()
if state.wake == '' then
  if not path then
    return answer('idle')
  elseif ARGV[3] == 'note' then
    return answer('pending', path)
  elseif state.attempt and state.attempt > now then
    return answer('busy', path, state.attempt)
  end
  wake(state, ARGV[2])
  return answer('woken', path, state.deadline)
elseif state.attempt then
  if state.attempt > now or ARGV[3] == 'note' then
    return answer('busy', path, math.min(state.attempt, state.deadline))
  end
  state.attempt, state.deadline = nil, now + tonumber(state.lease)
  return answer('again', path, state.deadline)
elseif state.deadline then
  return answer('busy', path, state.deadline)
elseif path then
  return answer('unclaimed', path)
end
-- The stream of the wake has been deleted.
state.wake = ''
return answer('idle')
