-- Counts a message that was appended to a session's list on a cluster, see list-append.lua.
-- KEYS    1 the session   2 its facts   3 its tail   4 its appends
-- ARGV    1 the message's tokens   2 its time   3 the default lifetime in ms
--         4 how many messages the list has   5 the idempotency key or ''
--         6 fingerprint of the message
-- answers as append.lua does, without trimmed messages
if redis.call('HEXISTS', KEYS[2], 'ended') == 1 or redis.call('EXISTS', KEYS[1]) == 0 then
  return false
end
local before = appended_before(KEYS[4], ARGV[5], ARGV[6], 0)
if before then return before end
local counted = whole_number(redis.call('HGET', KEYS[1], 'contextWindowUsed'))
local used = string.format('%.17g', counted + ARGV[1])
redis.call('HSET', KEYS[1],
  'contextWindowUsed', used, 'lastActivityAt', ARGV[2], 'historyLength', ARGV[4])
remember_append(KEYS[4], ARGV[5], ARGV[6], ARGV[1], used, ARGV[2])
local lifetime = start_lifetime(ARGV[3], 'slide', redis.call('HGET', KEYS[2], 'lifetime'))
redis.call('PEXPIRE', KEYS[4], lifetime + 3600000)
return {1, ARGV[1], used, 0, {}}
