-- Reads the entries of a feed after an offset, in batches, up to a total size.
-- KEYS    1 the feed
-- ARGV    1 the offset   2 maximum number of bytes of the entries' fields
-- answers the entries, the oldest first; nil if they are larger
repair(KEYS[1], 'stream')
local entries, size, after = {}, 0, ARGV[1]
while true do
  local page = redis.call('XRANGE', KEYS[1], '(' .. after, '+', 'COUNT', 4)
  for _, entry in ipairs(page) do
    for _, text in ipairs(entry[2]) do size = size + #text end
    if size > tonumber(ARGV[2]) then return false end
    entries[#entries + 1] = entry
    after = entry[1]
  end
  if #page < 4 then return entries end
end
