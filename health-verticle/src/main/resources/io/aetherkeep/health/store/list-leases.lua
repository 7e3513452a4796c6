-- Lists the reservations of a provider's calls, those that end first.
-- KEYS    1 the record   2 the window   3 the reservations   4 their tokens
-- ARGV    1 see now.lua   2 maximum number to list
-- answers the number of reservations and their tokens; then of each the lease, its tokens, its
--         expiry in ms, and 1 while its outcome was not reported, else 0
local over = redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now, 'LIMIT', 0, 1000)
local tokens = finite(redis.call('HGET', KEYS[4], 'sum'))
for _, lease in ipairs(over) do tokens = tokens - finite(redis.call('HGET', KEYS[4], lease)) end
local after = '(' .. string.format('%.0f', now)
local found = {redis.call('ZCOUNT', KEYS[3], after, '+inf'), string.format('%.0f', math.max(0, tokens))}
local first = redis.call('ZRANGEBYSCORE', KEYS[3], after, '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[2])
for i = 1, #first, 2 do
  found[#found + 1] = first[i]
  found[#found + 1] = string.format('%.0f', finite(redis.call('HGET', KEYS[4], first[i])))
  found[#found + 1] = string.format('%.0f', finite(first[i + 1]))
  found[#found + 1] = redis.call('HEXISTS', KEYS[4], 'until:' .. first[i])
end
return found
