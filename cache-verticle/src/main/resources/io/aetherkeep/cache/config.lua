-- Changes or removes a configuration where it still is what its writer had read, and notes how.
-- KEYS    1 the configuration   2 its versions, the newest first
-- ARGV    1 'absent', or 'still' and then it must be   2 this value
--         3 'set', 'unset', or 'drop': a system of record holds it, and what is here is outdated
--         4 the value   5 what is noted: JSON   6 its number, 0 for the next   7 how many are kept
-- answers the number of this version, or 0 where somebody was faster
local present = redis.call('GET', KEYS[1])
if ARGV[3] ~= 'drop' then
  if ARGV[1] == 'absent' and present then return 0 end
  if ARGV[1] == 'still' and present ~= ARGV[2] then return 0 end
end
local number = tonumber(ARGV[6])
if number == 0 then
  local last = redis.call('LINDEX', KEYS[2], 0)
  number = last and tonumber(string.match(last, '^%d+')) + 1 or 1
end
if ARGV[3] == 'set' then
  redis.call('SET', KEYS[1], ARGV[4])
else
  -- Written first, so that those who keep copies are told even where there was nothing here.
  if ARGV[3] == 'drop' then redis.call('SET', KEYS[1], ARGV[4]) end
  redis.call('DEL', KEYS[1])
end
redis.call('LPUSH', KEYS[2], string.format('%.0f', number) .. ' ' .. ARGV[5])
redis.call('LTRIM', KEYS[2], 0, tonumber(ARGV[7]) - 1)
return number
