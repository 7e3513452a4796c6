-- Registers a session among those of its user before it is there: whoever ends them all finds it, or
-- it finds here that they were ended.
-- KEYS    see user-sessions.lua
-- ARGV    1 see now.lua   2 the id   3 in how many ms it is over
--         4 'new', 'since' for one that lives already, or 'instead' for one that replaces another
--         5 since when it lives in ms, 0 if that is not known; or the id that it replaces; or ''
--         6 where it lives already, when it says that it was created, in ms, or ''
-- answers its number, or 0 where its user has logged out everywhere since
local since = next_number()
if ARGV[4] == 'since' then since = ARGV[5] * 1000 end
if ARGV[4] == 'instead' then since = tonumber(redis.call('ZSCORE', KEYS[2], ARGV[5]) or 0) end
local last, search = logout()
-- While it is searched for sessions from before, use may be all that makes one look new.
if ARGV[4] == 'since' and search > now and (tonumber(ARGV[6]) or 0) * 1000 <= last then
  since = 0
end
if last > 0 and since <= last then return 0 end
local number = next_number()
redis.call('ZADD', KEYS[2], whole(number), ARGV[2])
expires(ARGV[2], tonumber(ARGV[3]))
return number
