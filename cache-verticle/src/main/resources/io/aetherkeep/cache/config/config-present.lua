-- Reads a configuration and its newest recorded version.
-- KEYS    1 the configuration   2 its versions, the newest first
-- ARGV    1 maximum size in bytes of a value to read
-- answers its type; its value, nothing if that is no string or larger; the newest version without
--         its value, whole if an earlier release wrote it; 1 if that version describes the present
--         value or its removal, else 0
local kind = redis.call('TYPE', KEYS[1]).ok
local short = kind == 'string' and redis.call('STRLEN', KEYS[1]) <= tonumber(ARGV[1])
local value = short and redis.call('GET', KEYS[1])
local newest = redis.call('TYPE', KEYS[2]).ok == 'list' and redis.call('LINDEX', KEYS[2], 0)
if not newest then return {kind, value, false, 0} end
local head = string.match(newest, '^%d+\n%d+\n[^\n]*')
local noted = not head or (value and newest == head .. '\n' .. value)
  or (kind == 'none' and newest == head)
return {kind, value, head or newest, noted and 1 or 0}
