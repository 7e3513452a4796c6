-- Asks who loads an entry that is missing or about to end, and claims it if nobody does. What is
-- renewed is only what was loaded, which its stale copy tells: what another service has written ends
-- when that service has said.
-- KEYS    1 the entry   2 its claim   3 its stale copy
-- ARGV    1 the claimant's token   2 how long it holds in ms, 0 only to look
--         3 for how long after its end a stale copy is good, in ms   4 'miss' or 'refresh'
-- answers the state: 'there', 'mine', 'free', or what the claim says: a token, 'absent', 'failed';
--         then, where a stale copy is good, its value and how many ms it has been over
if ARGV[4] == 'miss' and redis.call('EXISTS', KEYS[1]) == 1 then return {'there'} end
if ARGV[4] == 'refresh' and tonumber(ARGV[3]) > 0
    and redis.call('GET', KEYS[1]) ~= redis.call('GET', KEYS[3]) then
  return {'free'}
end
local state = redis.call('GET', KEYS[2])
if not state then
  state = 'free'
  if tonumber(ARGV[2]) > 0 then
    redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
    state = 'mine'
  end
end
local window = tonumber(ARGV[3])
local left = redis.call('PTTL', KEYS[3])
-- One that has more left than that is of an entry that did not end but was removed.
if left <= 0 or left > window then return {state} end
return {state, redis.call('GET', KEYS[3]), window - left}
