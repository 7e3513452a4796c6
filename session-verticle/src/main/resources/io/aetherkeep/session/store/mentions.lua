-- Returns whether a session may belong to one of some users, so that other sessions are not read.
-- KEYS    1 the session
-- ARGV    1 the user field of a hash, or '' where the session is a string
--         then texts, of which the session contains one if it belongs to one of the users
-- answers 1 or 0
local text = ARGV[1] == '' and redis.call('GET', KEYS[1])
  or ARGV[1] ~= '' and redis.call('HGET', KEYS[1], ARGV[1])
for i = 2, #ARGV do
  if text and string.find(text, ARGV[i], 1, true) then return 1 end
end
return 0
