-- Adds an operation to the audit of a space, which keeps the newest ones.
-- KEYS    1 the audit
-- ARGV    1 its lifetime in ms   2 how many operations it keeps   3 the operation as JSON
-- answers 1
redis.call('LPUSH', KEYS[1], ARGV[3])
redis.call('LTRIM', KEYS[1], 0, ARGV[2] - 1)
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
