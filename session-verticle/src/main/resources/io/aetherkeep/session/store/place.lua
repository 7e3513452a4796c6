-- Reads where a session on a cluster keeps its history, and whether a message was appended before.
-- KEYS    1 the session   2 its facts   3 its tail   4 its appends
-- ARGV    1 the idempotency key or ''   2 fingerprint of the message   3 the default lifetime in ms
-- answers nothing where there is no session, what append.lua answers to a repeated message, or 0,
--         the size of its field in bytes (-1 where it is missing), how many messages are in the
--         tail, and at most how many ms the session lives after activity
if redis.call('HEXISTS', KEYS[2], 'ended') == 1 then
  redis.call('UNLINK', KEYS[1])
  return false
end
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
local before = appended_before(KEYS[4], ARGV[1], ARGV[2],
  tonumber(redis.call('HGET', KEYS[2], 'tail') or 0))
if before then return before end
local fielded = redis.call('HEXISTS', KEYS[1], 'history') == 1
return {0, fielded and redis.call('HSTRLEN', KEYS[1], 'history') or -1,
  redis.call('LLEN', KEYS[3]),
  math.max(redis.call('PTTL', KEYS[1]), redis.call('HGET', KEYS[2], 'lifetime') or ARGV[3])}
