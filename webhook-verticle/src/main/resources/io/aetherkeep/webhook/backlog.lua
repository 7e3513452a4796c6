-- Counts the backlog of an endpoint.
-- KEYS    1 the outbox   2 its counters   3 the endpoint's dead letters
-- ARGV    1 the endpoint
-- answers how many events wait, were given up, and were dropped
local counts = redis.call('HMGET', KEYS[2], 'number', 'read:' .. ARGV[1], 'dropped:' .. ARGV[1])
local number, read = tonumber(counts[1] or 0), tonumber(counts[2] or 0)
local taken = redis.pcall('XPENDING', KEYS[1], ARGV[1])
local waiting = math.max(0, number - read) + (taken.err and 0 or tonumber(taken[1]))
return {waiting, redis.call('XLEN', KEYS[3]), tonumber(counts[3] or 0)}
