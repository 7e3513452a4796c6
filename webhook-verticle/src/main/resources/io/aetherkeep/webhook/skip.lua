-- Acknowledges events whose types an endpoint does not receive.
-- KEYS    1 the outbox
-- ARGV    1 the endpoint   then the entries
-- answers 1
for i = 2, #ARGV do redis.call('XACK', KEYS[1], ARGV[1], ARGV[i]) end
return 1
