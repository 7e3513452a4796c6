-- Records a delivery attempt, and acknowledges the event if it was delivered or given up.
-- KEYS    1 the outbox   2 the endpoint's attempts   3 its dead letters
-- ARGV    1 the endpoint   2 the entry   3 'delivered', 'failed' or 'given-up'
--         4 the attempt in JSON   5 limit of attempts   6 their lifetime in ms
--         7 approximate limit of dead letters   8 their lifetime in ms
--         then the dead letter, as names and texts in turn
-- answers 1
redis.call('LPUSH', KEYS[2], ARGV[4])
redis.call('LTRIM', KEYS[2], 0, ARGV[5] - 1)
redis.call('PEXPIRE', KEYS[2], ARGV[6])
if ARGV[3] == 'failed' then return 1 end
local settled = redis.pcall('XACK', KEYS[1], ARGV[1], ARGV[2])
if ARGV[3] == 'given-up' and settled ~= 0 then
  redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[7], '*', unpack(ARGV, 9))
  redis.call('PEXPIRE', KEYS[3], ARGV[8])
end
return 1
