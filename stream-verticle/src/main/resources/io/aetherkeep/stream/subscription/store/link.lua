-- Links streams to a subscription.
-- ARGV    1 see now.lua   2 maximum number of links
--         3 'explicit', 'glob', or 'begun' for a stream that was just created
--         then for each stream its path, its tail or '-1', and its first epoch or 0
-- answers unknown, linked, or full if some links did not fit
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 'unknown'
end
local verdict = 'linked'
for i = 4, #ARGV, 3 do
  local path, acked, epoch = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2])
  local before = link_of(path)
  local own = before and parts(before)
  if before and ARGV[3] == 'begun' and own < epoch then
    -- The acked offset belongs to a former stream at this path.
    set_link(path, '-1', '-1', now)
  elseif not before and ARGV[3] ~= 'begun' then
    if redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[2]) then
      verdict = 'full'
    else
      set_link(path, acked, acked, now)
      before = acked
    end
  end
  if before and ARGV[3] == 'explicit' then
    redis.call('HSET', KEYS[4], path, '1')
  end
end
return verdict
