-- Updates a stale copy after its entry changed: drops it where the entry was removed before its
-- expiry or overwritten with another value, and adopts the expiry where only that changed.
-- KEYS    1 the entry   2 its stale copy
-- answers 1 where the stale copy was dropped
local copy = fields(KEYS[2], 'ends', 'revalidate', 'error', 'value', 'pairs')
if not copy[1] then return 0 end
local now, ends = milliseconds(), tonumber(copy[1])
if now >= ends and redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if has(KEYS[1], copy[4], copy[5]) then
  local left = redis.call('PTTL', KEYS[1])
  if left > 0 and math.abs(now + left - ends) < 2 then return 0 end
  if left > 0 then
    redis.call('HSET', KEYS[2], 'ends', string.format('%.0f', now + left))
    redis.call('PEXPIRE', KEYS[2], left + math.max(tonumber(copy[2]), tonumber(copy[3])))
    return 0
  end
end
redis.call('UNLINK', KEYS[2])
return 1
