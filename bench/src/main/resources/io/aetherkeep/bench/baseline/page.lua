-- Reads a page of a user's sessions out of an index.
-- KEYS: the user's index
-- ARGV: none
-- Answers the sessions
local page = {}
for _, key in ipairs(redis.call('ZREVRANGE', KEYS[1], 0, 49)) do
  page[#page + 1] = redis.call('GET', key) or 'null'
end
return '[' .. table.concat(page, ',') .. ']'
