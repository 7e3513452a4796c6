-- Returns claimed entries, unless they were added again in the meantime.
-- KEYS    1 the list
-- ARGV    1 end of the lease
--         then for each entry its id and when it is due next, or '' for done
for i = 2, #ARGV, 2 do
  if tonumber(redis.call('ZSCORE', KEYS[1], ARGV[i]) or 0) == ARGV[1] + 0.5 then
    if ARGV[i + 1] == '' then
      redis.call('ZREM', KEYS[1], ARGV[i])
    else
      redis.call('ZADD', KEYS[1], ARGV[i + 1], ARGV[i])
    end
  end
end
return 1
