-- Whether a session may be one of these users': those that cannot be need not be read.
-- KEYS    1 the session
-- ARGV    1 the field of a hash that says whose it is, or '' where the session is a string
--         then texts, of which one is in it if it is one's
-- answers 1 or 0
local text = ARGV[1] == '' and redis.call('GET', KEYS[1])
  or ARGV[1] ~= '' and redis.call('HGET', KEYS[1], ARGV[1])
for i = 2, #ARGV do
  if text and string.find(text, ARGV[i], 1, true) then return 1 end
end
return 0
