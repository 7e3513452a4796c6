-- Settles a claim with the origin's answer, unless the claim was lost: by a write or removal of the
-- entry, or because the origin took too long. The entry's label stays.
-- KEYS    1 the entry   2 its note   3 its claim   4 its stale copy
-- ARGV    1 the claimant's token   2 'absent' or 'failed'   3 how long the claim says so, in ms
--      or 1 the claimant's token   2 'value'   3 lifetime in ms, 0 for ever, -1 if it must not be
--         stored as fresh   4 for how many ms after expiry it may be served while it is renewed
--         5 and while the origin fails   6 its lifetime as noted   7 its version   8 the value
--         9 of a renewal the value that may be overwritten   10 of a hash the fields and texts of
--         the value, a JSON array, '' for a string   11 those of the value that may be overwritten
-- answers 1 if the claim is settled and, for a value, the value is stored; else 0
if text(KEYS[3]) ~= ARGV[1] then return 0 end
if ARGV[2] ~= 'value' then
  if ARGV[2] == 'absent' then redis.call('UNLINK', KEYS[4]) end
  if tonumber(ARGV[3]) > 0 then
    redis.call('SET', KEYS[3], ARGV[2], 'PX', ARGV[3])
  else
    redis.call('DEL', KEYS[3])
  end
  return 1
end
redis.call('DEL', KEYS[3])
if redis.call('EXISTS', KEYS[1]) == 1 then
  if not renews(ARGV[1]) or not has(KEYS[1], ARGV[9], ARGV[11]) then return 0 end
elseif renews(ARGV[1]) then
  -- Only a stale copy shows that the entry expired during its renewal and was not removed.
  local ends = tonumber(fields(KEYS[4], 'ends')[1])
  if not ends or milliseconds() < ends then return 0 end
end
local lifetime, window = tonumber(ARGV[3]), math.max(tonumber(ARGV[4]), tonumber(ARGV[5]))
local stored = 0
if lifetime >= 0 then
  put(KEYS[1], ARGV[8], ARGV[10], lifetime)
  stored = 1
end
if window > 0 and lifetime ~= 0 then
  local fresh = math.max(0, lifetime)
  keep(KEYS[4], ARGV[8], ARGV[10], milliseconds() + fresh, ARGV[4], ARGV[5])
  redis.call('PEXPIRE', KEYS[4], fresh + window)
else
  redis.call('UNLINK', KEYS[4])
end
if stored == 0 then return 0 end
local label = string.match(text(KEYS[2]) or '', '^%S+ %S+ (.+)$') or ''
if label == '' and ARGV[6] == 'usual' then
  redis.call('DEL', KEYS[2])
else
  redis.call('SET', KEYS[2], ARGV[6] .. ' ' .. ARGV[7] .. ' ' .. label)
  if lifetime > 0 then redis.call('PEXPIRE', KEYS[2], lifetime + (label == '' and 0 or window)) end
end
return 1
