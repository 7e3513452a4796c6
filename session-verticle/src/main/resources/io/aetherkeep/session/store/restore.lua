-- Writes the copy of a session under a free id, until its rotation is complete.
-- KEYS    1 the session   2 its facts   3 its tail   4 its appends
-- ARGV    1 see now.lua   2 DUMP of the session   3 lifetime in ms   4 its own lifetime or ''
--         5 its creation time or ''   6 its user   7 DUMP of the tail or ''
--         8 DUMP of the appends or ''   9 size of the tail in bytes or ''
--         10 its number in the user's index, or ''   11 the id that it replaces
--         12 to 14 the marks of its history or '': listed, fielded, behind
-- answers 1 written, 0 the id exists or was ended, -1 it was registered too long ago
if redis.call('EXISTS', KEYS[1], KEYS[2]) > 0 then return 0 end
if ARGV[10] ~= '' and now > ARGV[10] / 1000 + 10000 then return -1 end
redis.call('RESTORE', KEYS[1], ARGV[3], ARGV[2])
redis.call('HSET', KEYS[2], 'user', ARGV[6], 'from', ARGV[11])
local more = {
  lifetime = ARGV[4], createdAt = ARGV[5], tail = ARGV[9], number = ARGV[10],
  listed = ARGV[12], fielded = ARGV[13], behind = ARGV[14]
}
for name, value in pairs(more) do
  if value ~= '' then redis.call('HSET', KEYS[2], name, value) end
end
redis.call('PEXPIRE', KEYS[2], ARGV[3] + 3600000)
for i = 3, 4 do
  if ARGV[i + 4] ~= '' then redis.call('RESTORE', KEYS[i], ARGV[3] + 3600000, ARGV[i + 4]) end
end
return 1
