-- Reads the newest messages of a list, as many as a history answers for 1,000 tokens.
-- KEYS: the list
-- ARGV: none
-- Answers the messages
return '[' .. table.concat(redis.call('LRANGE', KEYS[1] .. ':history', -142, -1), ',') .. ']'
