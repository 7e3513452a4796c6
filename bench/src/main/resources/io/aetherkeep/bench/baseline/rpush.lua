-- Appends a message to a list: the least that a history can do.
-- KEYS: the list
-- ARGV: the message
-- Answers the length of the list
return tostring(redis.call('RPUSH', KEYS[1] .. ':history', ARGV[1]))
