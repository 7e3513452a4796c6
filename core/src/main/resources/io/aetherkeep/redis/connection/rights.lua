-- Tries every command that scripts use, and leaves no key behind. A script that meets a denied
-- command has already written a part of its changes, so denied commands must be known before.
-- KEYS    1 a key of this run alone, which is also a channel
-- answers the names of the denied commands, in no order
local key = KEYS[1]
local denied, known = {}, {}

-- Redis 6.2 and 7 report a denied command in these words, before they check its arguments.
local function is_denied(text)
  return string.find(text, "can't run this command", 1, true)
    or string.find(text, "can't publish to the channel", 1, true)
    or string.find(text, 'NOPERM', 1, true)
    or string.find(text, 'no permissions', 1, true)
end

local function try(command, ...)
  local reply = redis.pcall(command, ...)
  local failed = type(reply) == 'table' and reply.err
  if failed and is_denied(failed) and not known[command] then
    known[command] = true
    denied[#denied + 1] = command
  end
  return not failed and reply
end

-- Removes the key by every allowed command.
local function clear()
  try('DEL', key)
  try('UNLINK', key)
  try('PEXPIRE', key, 1)
end

clear()
try('TIME')
try('EXISTS', key)
try('TYPE', key)
try('TTL', key)
try('PTTL', key)
try('GET', key)
try('GETRANGE', key, 0, 0)
try('STRLEN', key)
for _, command in ipairs({'HGETALL', 'HKEYS', 'HLEN', 'LLEN', 'LPOP', 'ZCARD'}) do
  try(command, key)
end
for _, command in ipairs({'HDEL', 'HEXISTS', 'HGET', 'HMGET', 'HSTRLEN', 'ZREM', 'ZSCORE'}) do
  try(command, key, '1')
end
try('LINDEX', key, 0)
for _, command in ipairs({'LRANGE', 'LTRIM', 'ZCOUNT', 'ZRANGE', 'ZRANGEBYSCORE',
    'ZREMRANGEBYRANK', 'ZREMRANGEBYSCORE'}) do
  try(command, key, 0, 0)
end
try('ZREMRANGEBYLEX', key, '-', '+')
try('ZREVRANGEBYLEX', key, '+', '-')
try('XRANGE', key, '-', '+')
try('XREVRANGE', key, '+', '-')
try('ZSCAN', key, 0)
try('HSCAN', key, 0)

try('SET', key, '1', 'PX', 1000)
try('RENAME', key, key)
try('PEXPIREAT', key, 1)
try('APPEND', key, '1')
local dump = try('DUMP', key)
clear()
try('RESTORE', key, 1000, dump or '')
clear()
try('HSET', key, 'a', '1')
try('HSETNX', key, 'b', '1')
try('HINCRBY', key, 'a', 1)
clear()
try('LPUSH', key, '1')
try('RPUSH', key, '1')
clear()
try('ZADD', key, 0, '1')
clear()
try('XADD', key, '*', 'a', '1')
try('XLEN', key)
try('XGROUP', 'CREATE', key, 'a', '$')
try('XREADGROUP', 'GROUP', 'a', 'b', 'COUNT', 1, 'STREAMS', key, '>')
try('XPENDING', key, 'a')
try('XACK', key, 'a', '0-1')
try('XDEL', key, '0-1')
clear()
try('PUBLISH', key, '')
return denied
