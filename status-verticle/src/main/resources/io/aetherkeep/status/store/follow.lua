-- Updates one key that depends on a status in another slot.
-- KEYS    1 the key
-- ARGV    1 'feed', then offset, prev, attempt, phase, time, lifetime, document, cancel, children;
--         or 'extend', then the feed's lifetime in ms;
--         or 'underway', then id, phase and the time of its next check;
--         or 'took', then the duration in ms
-- answers 1
if ARGV[1] == 'feed' then
  feed(KEYS[1], {offset = ARGV[2], prev = ARGV[3], attempt = ARGV[4], phase = ARGV[5],
    at = ARGV[6], life = ARGV[7], document = ARGV[8], cancel = ARGV[9], children = ARGV[10]})
elseif ARGV[1] == 'extend' then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
elseif ARGV[1] == 'underway' then
  underway(KEYS[1], ARGV[2], ARGV[3], ARGV[4])
else
  took(KEYS[1], ARGV[2])
end
return 1
