-- The time of the script in ms: Redis's own clock, which all nodes share. ARGV 1 is empty, or the
-- time of a test.
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end

