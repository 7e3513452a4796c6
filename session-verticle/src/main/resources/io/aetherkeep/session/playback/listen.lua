-- Starts or renews the leases of sessions that listen to a podcast.
-- KEYS    see listeners.lua   4 the audience
-- ARGV    1 see now.lua   2 length of the leases in ms
--         3 the session that the first one replaces, or ''
--         then sessions and their users in turn, '' without a user
-- answers how many sessions are new
local added = 0
if ARGV[3] ~= '' then leaves(ARGV[3], ARGV[5]) end
for i = 4, #ARGV, 2 do
  if enters(ARGV[i], ARGV[i + 1], ARGV[2]) then added = added + 1 end
end
for i = 1, 3 do redis.call('PEXPIRE', KEYS[i], ARGV[2]) end
if added > 0 then
  local count = redis.call('ZCOUNT', KEYS[1], '(' .. now, '+inf')
  local this = math.floor(now / 3600000)
  local hour = string.format('peak:%.0f', this)
  local peak = redis.call('HGET', KEYS[4], hour)
  if not peak then
    for _, field in ipairs(redis.call('HKEYS', KEYS[4])) do
      local old = string.match(field, '^peak:(%d+)$')
      if old and tonumber(old) < this - 24 then redis.call('HDEL', KEYS[4], field) end
    end
  end
  if count > (tonumber(peak or '0') or 0) then redis.call('HSET', KEYS[4], hour, count) end
  redis.call('PEXPIRE', KEYS[4], 90000000)
end
return added
