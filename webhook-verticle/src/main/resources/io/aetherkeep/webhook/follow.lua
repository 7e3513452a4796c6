-- Creates an endpoint's consumer group, which starts at the next event of the outbox, unless there is
-- one, which keeps its position.
-- KEYS    1 the outbox   2 its counters
-- ARGV    1 the endpoint   2 the outbox's lifetime in ms
-- answers 1
repair(KEYS[1], 'stream')
local created = redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], '$', 'MKSTREAM')
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
if not created.err then
  redis.call('HSET', KEYS[2], 'read:' .. ARGV[1], redis.call('HGET', KEYS[2], 'number') or '0')
end
return 1
