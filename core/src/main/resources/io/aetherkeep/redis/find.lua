-- Reads a value, how long it has left, and the lifetime it was given where that was not the usual.
-- KEYS    1 the key   2 the note of its lifetime
-- ARGV    1 'string' or 'hash'
-- answers nothing where there is no value, else {value, milliseconds left, lifetime or false}
local value
if ARGV[1] == 'string' then
  value = redis.call('GET', KEYS[1])
  if not value then return false end
else
  value = redis.call('HGETALL', KEYS[1])
  if #value == 0 then return false end
end
local left = redis.call('PTTL', KEYS[1])
local lifetime = redis.call('GET', KEYS[2])
-- Both end at the same millisecond when they were written together; a note that does not
-- belongs to a value that somebody has written over since.
if lifetime and redis.call('PTTL', KEYS[2]) ~= left then lifetime = false end
return {value, left, lifetime}
