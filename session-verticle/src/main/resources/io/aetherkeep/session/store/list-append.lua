-- Appends a message to the list of newer proxies on a cluster. Its session counts it afterwards,
-- see count-append.lua.
-- KEYS    1 the list   2 its facts   3 its appends
-- ARGV    1 the message   2 its time   3 the session's lifetime in ms   4 limit of bytes
--         5 limit of messages, 0 for none   6 the idempotency key or ''   7 fingerprint of the message
-- answers 1 appended, 2 appended before, -1 too large, -2 the key was used for another message,
--         -3 the key holds no list; then how many messages it has, and the trimmed messages
local list, facts, appends = KEYS[1], KEYS[2], KEYS[3]
local message, most, cap = ARGV[1], tonumber(ARGV[4]), tonumber(ARGV[5])
local type = redis.call('TYPE', list).ok
if type ~= 'list' and type ~= 'none' then return {-3} end
local before = appended_before(appends, ARGV[6], ARGV[7], 0)
if before then return {before[1], redis.call('LLEN', list), {}} end

local function keep_with_session()
  for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ARGV[3] + 3600000) end
end

local bytes = list_size(list, facts, cap, most) - bytes_beyond(list, cap) + #message + 1
if bytes > most then
  keep_with_session()
  return {-1}
end
local length = redis.call('RPUSH', list, message)
local removed = cap > 0 and trim_list(list, length, cap) or {}
length = length - #removed
redis.call('HSET', facts, 'weighed', length, 'weight', bytes)
remember_append(appends, ARGV[6], ARGV[7], 0, 0, ARGV[2])
keep_with_session()
return {1, length, removed}
