-- Reads a page of the sessions that listen to a podcast.
-- KEYS    1 the listeners
-- ARGV    1 see now.lua   2 the cursor   3 approximate size of a page
-- answers the next cursor, '0' at the end; then the sessions with a running lease
local page = redis.call('ZSCAN', KEYS[1], ARGV[2], 'COUNT', ARGV[3])
local sessions = {}
for i = 1, #page[2], 2 do
  if tonumber(page[2][i + 1]) > now then sessions[#sessions + 1] = page[2][i] end
end
return {page[1], sessions}
