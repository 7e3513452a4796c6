-- Reads versions of a configuration, the newest first, up to a number or a size, but two at least:
-- each is shown as its difference from the one before.
-- KEYS    1 the versions
-- ARGV    1 the highest number, 0 for all   2 how many at most   3 how many bytes, about
-- answers 1 if the last is the oldest there is, else 0; then the entries
local from, most, bytes = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if redis.call('TYPE', KEYS[1]).ok ~= 'list' then return {1} end
local length = redis.call('LLEN', KEYS[1])
local answer, taken = {0}, 0
for i = 0, length - 1 do
  local entry = redis.call('LINDEX', KEYS[1], i)
  if from == 0 or tonumber(string.match(entry, '^%d+')) <= from then
    if #answer > 2 and (#answer > most + 1 or taken + #entry > bytes) then return answer end
    answer[#answer + 1] = entry
    taken = taken + #entry
  end
end
answer[1] = 1
return answer
