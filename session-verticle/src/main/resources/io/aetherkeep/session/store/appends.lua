-- Idempotency keys of appends to a history, with their answers.

-- The answer to a key: nothing, {-2} if it was used for another message, or 2 (appended before),
-- the tokens, those of the transcript, and what append.lua answers after them. The pending bytes are
-- those of now: the answer of the first append, after which they are flushed, may have been lost.
local function appended_before(appends, key, mark, waiting)
  local before = key ~= '' and redis.call('HGET', appends, key)
  if not before then return nil end
  local same, tokens, used = string.match(before, '^(%S+) (%S+) (%S+)')
  return same == mark and {2, tokens, used, waiting, {}} or {-2}
end

-- Forgets the older half of many idempotency keys.
local function forget_older_keys(appends)
  local all, times = redis.call('HGETALL', appends), {}
  local function time(text)
    return tonumber((string.gsub(string.match(text, '%S+$'), '%D', ''))) or 0
  end
  for i = 2, #all, 2 do times[i / 2] = time(all[i]) end
  table.sort(times)
  local middle = times[math.floor(#times / 2)]
  for i = 2, #all, 2 do
    if time(all[i]) <= middle then redis.call('HDEL', appends, all[i - 1]) end
  end
end

local function remember_append(appends, key, mark, tokens, used, time)
  if key == '' then return end
  if redis.call('HLEN', appends) >= 1000 then forget_older_keys(appends) end
  redis.call('HSET', appends, key, mark .. ' ' .. tokens .. ' ' .. used .. ' ' .. time)
end

