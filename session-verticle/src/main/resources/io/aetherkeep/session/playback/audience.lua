-- Counts the listeners of a podcast, and their peak within 24 hours. Read only.
-- KEYS    1 the listeners   2 their users   3 the users' leases   4 the audience
-- ARGV    1 see now.lua
-- answers the listeners, the users and the peak
local listeners = redis.call('ZCOUNT', KEYS[1], '(' .. now, '+inf')
local peak, oldest = listeners, math.floor(now / 3600000) - 24
local facts = redis.call('HGETALL', KEYS[4])
for i = 1, #facts, 2 do
  local hour = string.match(facts[i], '^peak:(%d+)$')
  if hour and tonumber(hour) > oldest then
    peak = math.max(peak, tonumber(facts[i + 1]) or 0)
  end
end
return {listeners, redis.call('ZCOUNT', KEYS[2], '(' .. now, '+inf'), peak}
