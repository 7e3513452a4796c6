-- Reads a session's history: its field, or the list of newer proxies, and what waits in the tail.
-- KEYS    1 the session   2 its facts   3 its tail   4 the list of newer proxies
-- ARGV    1 how many messages at most where it is a list, 0 for all
-- answers nothing where there is no session, or: the field's text or '', the list's messages, the
--         tail's messages, how many messages there are in the list
if redis.call('HEXISTS', KEYS[2], 'ended') == 1 then
  redis.call('UNLINK', KEYS[1])
  return false
end
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
local field = redis.call('HGET', KEYS[1], 'history') or ''
local tail = redis.call('LRANGE', KEYS[3], 0, -1)
if redis.call('TYPE', KEYS[4]).ok ~= 'list' then return {field, {}, tail, 0} end
local from = ARGV[1] == '0' and 0 or -ARGV[1]
return {field, redis.call('LRANGE', KEYS[4], from, -1), tail, redis.call('LLEN', KEYS[4])}
