-- Publishes the current summary of a running status's children to its watchers, which also counts
-- as a heartbeat.
-- KEYS    1 the status   2 its attempt record   3 its children   and if all are on one server
--         4 its feed   5 the index of running work
-- ARGV    1 see now.lua   2 the offset of the document   3 lifetime in ms of a status
--         4 ms for which the attempt record outlives it   5 ms without a write until it has stalled
--         6 the channel   7 the kind   8 the id   9 the document
-- answers 'changed', 'same', or 'moved' if the status has changed since; then 0; then the attempt
--         record as it is now
repair(KEYS[2], 'hash')
repair(KEYS[3], 'hash')
local run = attempt_record(KEYS[2])
local function answer(verdict) return answer_with(verdict, 0, run) end
local left = redis.call('PTTL', KEYS[1])
if left == -2 or run.offset ~= ARGV[2] then return answer('moved') end
local now_known = summary(KEYS[3])
if run.phase ~= 'running' or (run.children or '') == now_known then return answer('same') end
run.prev = run.offset
run.offset = following(run.offset, now)
run.children = now_known
run.beat = string.format('%.0f', now)
redis.call('HSET', KEYS[2], 'offset', run.offset, 'prev', run.prev, 'children', now_known,
  'beat', run.beat)
local life = math.max(left, tonumber(ARGV[3]))
if left >= 0 and left < life then redis.call('PEXPIRE', KEYS[1], life) end
redis.call('PEXPIRE', KEYS[2], life + tonumber(ARGV[4]))
if KEYS[4] then
  feed(KEYS[4], {offset = run.offset, prev = run.prev, attempt = run.attempt, phase = run.phase,
    at = run.at, life = life, document = ARGV[9], cancel = run.cancel, children = run.children})
  underway(KEYS[5], ARGV[8], run.phase, now + tonumber(ARGV[5]))
end
publish(ARGV[6], ARGV[7], ARGV[8], run, now + life, ARGV[9])
return answer('changed')
