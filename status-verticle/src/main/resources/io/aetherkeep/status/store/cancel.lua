-- Records a request to cancel the current attempt of a status. The first request of an attempt
-- remains.
-- KEYS    1 the status   2 its attempt record   and if all are on one server   3 its feed
-- ARGV    1 see now.lua   2 the offset of the document   3 the attempt, or '' for the current one
--         4 the reason, percent-encoded   5 lifetime in ms of a status
--         6 the channel   7 the kind   8 the id   9 'string' or 'hash'   10 the document
-- answers 'changed', 'same', 'final', 'stale', or 'moved' if the status has changed since;
--         then 0; then the attempt record as it is now
repair(KEYS[2], 'hash')
local run = attempt_record(KEYS[2])
local function answer(verdict) return answer_with(verdict, 0, run) end
local left = redis.call('PTTL', KEYS[1])
if left == -2 then return answer('moved') end
local document = ARGV[10]
if run.offset ~= ARGV[2] then
  -- The text is the document of a later offset too, unless another service wrote it. Otherwise a
  -- worker that writes all the time could not be cancelled.
  document = KEYS[3] and ARGV[9] == 'string' and redis.call('GET', KEYS[1])
  if not document or redis.sha1hex(document) ~= run.sha then return answer('moved') end
end
if ARGV[3] ~= '' and tonumber(ARGV[3]) ~= tonumber(run.attempt) then return answer('stale') end
if run.phase ~= 'running' then return answer('final') end
if (run.cancel or '') ~= '' then return answer('same') end
local announced = run.stalled == run.offset
run.prev = run.offset
run.offset = following(run.offset, now)
run.cancel = string.format('%.0f', now) .. ':' .. ARGV[4]
if announced then run.stalled = run.offset end
redis.call('HSET', KEYS[2], 'offset', run.offset, 'prev', run.prev, 'cancel', run.cancel,
  'stalled', run.stalled or '')
local life = left > 0 and left or tonumber(ARGV[5])
if KEYS[3] then
  feed(KEYS[3], {offset = run.offset, prev = run.prev, attempt = run.attempt, phase = run.phase,
    at = run.at, life = life, document = document, cancel = run.cancel, children = run.children})
end
publish(ARGV[6], ARGV[7], ARGV[8], run, now + life, document)
return answer('changed')
