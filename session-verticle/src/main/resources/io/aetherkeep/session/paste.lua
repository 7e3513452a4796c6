-- Puts a session that was copied under an id that is free.
-- KEYS    1 the session   2 its facts   3 its tail   4 its appends
-- ARGV    1 what DUMP said   2 lifetime in ms   3 its own lifetime or ''   4 when it was created
--         or ''   5 its user   6 what DUMP said of the tail or ''   7 of the appends or ''
--         8 how many bytes the tail has or ''
-- answers 1 put, 0 the id is taken
if redis.call('EXISTS', KEYS[1], KEYS[2]) > 0 then return 0 end
redis.call('RESTORE', KEYS[1], ARGV[2], ARGV[1])
redis.call('HSET', KEYS[2], 'user', ARGV[5])
if ARGV[3] ~= '' then redis.call('HSET', KEYS[2], 'lifetime', ARGV[3]) end
if ARGV[4] ~= '' then redis.call('HSET', KEYS[2], 'createdAt', ARGV[4]) end
if ARGV[8] ~= '' then redis.call('HSET', KEYS[2], 'tail', ARGV[8]) end
redis.call('PEXPIRE', KEYS[2], ARGV[2] + 3600000)
for i = 3, 4 do
  if ARGV[i + 3] ~= '' then redis.call('RESTORE', KEYS[i], ARGV[2] + 3600000, ARGV[i + 3]) end
end
return 1
