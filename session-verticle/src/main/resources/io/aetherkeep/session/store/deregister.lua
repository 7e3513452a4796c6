-- Removes sessions from their user's index, unless they were registered again since.
-- KEYS    see user-sessions.lua
-- ARGV    1 see now.lua   2 minimum age of an entry in ms, 0 for sessions known to have ended
--         then for each session its id and its number, '' for any
for i = 3, #ARGV, 2 do
  local number = tonumber(redis.call('ZSCORE', KEYS[2], ARGV[i]) or 0)
  local same = ARGV[i + 1] == '' or number == tonumber(ARGV[i + 1])
  if same and (ARGV[2] == '0' or number <= (now - ARGV[2]) * 1000) then
    redis.call('ZREM', KEYS[1], ARGV[i])
    redis.call('ZREM', KEYS[2], ARGV[i])
  end
end
return 1
