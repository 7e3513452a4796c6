-- Reads the list of newer proxies on a cluster, where it is in another slot than its session.
-- KEYS    1 the list   2 its facts
-- ARGV    1 limit of messages, 0 for all, -1 for none
-- answers how many messages it has, the newest ones, and the version of the field whose messages
--         were moved to its beginning, or ''
if redis.call('TYPE', KEYS[1]).ok ~= 'list' then return {0, {}, ''} end
local from = ARGV[1] == '0' and 0 or -ARGV[1]
local newest = ARGV[1] == '-1' and {} or redis.call('LRANGE', KEYS[1], from, -1)
return {redis.call('LLEN', KEYS[1]), newest, redis.call('HGET', KEYS[2], 'moved') or ''}
