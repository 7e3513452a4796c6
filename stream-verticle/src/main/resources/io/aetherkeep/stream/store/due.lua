-- Reads a stream's state for a sweep, also of a deleted or expired one.
-- ARGV: 1 how long to keep data that forks inherit, in ms
-- Answers the stream, the end of its lease or '', its oldest forks that are not in creation, '1' if
-- its status must be updated because it has grown, and '1' if it has forks; or unknown.
local stream = load()
if not stream or stream.damaged then
  return {'unknown'}
end
local forked = redis.call('ZCARD', KEYS[4]) > 0
local forks = redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', now, 'LIMIT', 0, 100)
if forked and stream.kept < now + tonumber(ARGV[1]) / 2 then
  keep(stream, now + tonumber(ARGV[1]))
  save_life(stream)
end
-- Moves these forks back, so that the next sweep gets others.
for _, fork in ipairs(forks) do
  redis.call('ZADD', KEYS[4], 'XX', whole(now), fork)
end
local answer = described(stream.expired and 'gone' or 'read', stream)
answer[#answer + 1] = field(stream, 'lease_until')
answer[#answer + 1] = forks
local grown = field(stream, 'status') ~= '' and tonumber(field(stream, 'step')) ~= stream.tail - stream.base
if grown then
  redis.call('HSET', KEYS[1], 'step', whole(stream.tail - stream.base))
end
answer[#answer + 1] = grown and '1' or ''
answer[#answer + 1] = forked and '1' or ''
return answer
