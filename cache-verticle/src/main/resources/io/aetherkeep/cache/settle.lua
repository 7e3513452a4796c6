-- Settles a claim with what the origin answered, unless the claim was lost: somebody wrote or
-- removed the entry meanwhile, or the origin took too long.
-- KEYS    1 the entry   2 its note   3 its claim   4 its stale copy
-- ARGV    1 the claimant's token   2 'value', 'absent' or 'failed'
--         3 how long the claim says so, in ms, for 'absent' and 'failed'
--         then, for 'value': 4 lifetime in ms, 0 for ever   5 the note, '' for none
--         6 for how long after its end a stale copy is good, in ms
--         7 the value   8 the value that may be written over, '' for none
-- answers 1 if it is settled, else 0
if redis.call('GET', KEYS[3]) ~= ARGV[1] then return 0 end
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
local present = redis.call('EXISTS', KEYS[1]) == 1
if present and (redis.call('TYPE', KEYS[1]).ok ~= 'string' or redis.call('GET', KEYS[1]) ~= ARGV[8]) then
  return 0
end
local lifetime, window = tonumber(ARGV[4]), tonumber(ARGV[6])
if lifetime == 0 then
  redis.call('SET', KEYS[1], ARGV[7])
else
  redis.call('SET', KEYS[1], ARGV[7], 'PX', lifetime)
end
if ARGV[5] ~= '' then
  redis.call('SET', KEYS[2], ARGV[5], 'PX', lifetime)
else
  redis.call('DEL', KEYS[2])
end
if window > 0 and lifetime > 0 then
  redis.call('SET', KEYS[4], ARGV[7], 'PX', lifetime + window)
end
return 1
