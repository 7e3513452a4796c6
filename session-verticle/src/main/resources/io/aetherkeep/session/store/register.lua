-- Registers a session in its user's index before it is stored, so that a log-out everywhere finds
-- it, or this script finds the log-out.
-- KEYS    see user-sessions.lua
-- ARGV    1 see now.lua   2 the id   3 ms until it expires
--         4 'new', 'since' for an existing session, or 'instead' for one that replaces another
--         5 time in ms since when it exists, 0 if unknown; or the id that it replaces; or ''
--         6 creation time in ms of an existing session, or ''
-- answers its number, or 0 where its user has logged out everywhere since
local since = next_number()
if ARGV[4] == 'since' then since = ARGV[5] * 1000 end
if ARGV[4] == 'instead' then since = tonumber(redis.call('ZSCORE', KEYS[2], ARGV[5]) or 0) end
local last, search = logout()
-- During the search of a log-out a session counts as new only by its creation time, not by its use.
if ARGV[4] == 'since' and search > now and (tonumber(ARGV[6]) or 0) * 1000 <= last then
  since = 0
end
if last > 0 and since <= last then return 0 end
local number = next_number()
redis.call('ZADD', KEYS[2], whole(number), ARGV[2])
expires(ARGV[2], tonumber(ARGV[3]))
return number
