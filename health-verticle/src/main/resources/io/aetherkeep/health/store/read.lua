-- Reads a provider's record and window.
-- KEYS    1 the record   2 the window
-- ARGV    1 see now.lua
-- answers the record's fields and texts in turn, then the window's, the time, and the record's
--         remaining lifetime in ms, negative for none
return {redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[2]),
  string.format('%.0f', now), redis.call('PTTL', KEYS[1])}
