-- Writes a status that does not go back, restores a missing one, or records one that another
-- service wrote.
-- KEYS    1 the status   2 its attempt record   3 its children   and if all are on one server
--         4 its feed   5 the index of running work   6 the durations
-- ARGV    1 see now.lua   2 'put', 'restore' or 'note'   3 'string' or 'hash'   4 lifetime in ms
--         5 ms for which the attempt record outlives it   6 ms without a write until it has stalled
--         7 the attempt: a number, 'next', or '' for the current one
--         8 'running', 'done' or 'failed'   9 the step's rank or ''   10 progress or ''
--         11 its source or '', see taken   12 the channel, '' to publish nothing   13 the kind   14 the id
--         15 the document
--         then the stored value: a text, or fields and texts in turn, sorted
-- answers 'changed', 'same', 'final', 'stale', 'behind', 'foreign' if a status of another service
--         must be recorded first, or 'moved' if the status to record has been replaced, or the
--         status to restore exists;
--         then 1 if no status existed before, else 0; then the attempt record as it is now

-- BATCH is the number of arguments of one command: Lua's stack limits unpack.
local BATCH = 500
repair(KEYS[2], 'hash')
if ARGV[2] == 'put' then repair(KEYS[1], ARGV[3]) end
local run = attempt_record(KEYS[2])
-- Compares bytes: Lua compares strings by the server's locale.
local function earlier(one, other)
  for i = 1, math.min(#one, #other) do
    local a, b = string.byte(one, i), string.byte(other, i)
    if a ~= b then return a < b end
  end
  return #one < #other
end
-- Sorts by locale first: that is fast, and nearly always the order of the bytes.
local function sort_by_bytes(names)
  table.sort(names)
  for i = 2, #names do
    if not earlier(names[i - 1], names[i]) then
      table.sort(names, earlier)
      return
    end
  end
end
local sent = {}
for i = 16, #ARGV do sent[#sent + 1] = ARGV[i] end
-- The names of a hash, sorted: in the order of the sent names if these are the same.
local function ordered(texts, count)
  local names = {}
  for i = 1, #sent, 2 do
    if texts[sent[i]] then names[#names + 1] = sent[i] end
  end
  if #names == count then return names end
  names = {}
  for name in pairs(texts) do names[#names + 1] = name end
  sort_by_bytes(names)
  return names
end
local function stored()
  if ARGV[3] == 'string' then
    local text = redis.call('GET', KEYS[1])
    return text and {text} or nil
  end
  local flat, texts, sorted = redis.call('HGETALL', KEYS[1]), {}, {}
  for i = 1, #flat, 2 do texts[flat[i]] = flat[i + 1] end
  for _, name in ipairs(ordered(texts, #flat / 2)) do
    sorted[#sorted + 1] = name
    sorted[#sorted + 1] = texts[name]
  end
  return #sorted > 0 and sorted or nil
end
local function digest(parts) return redis.sha1hex(table.concat(parts, '\n')) end
local present = stored()
local function answer(verdict) return answer_with(verdict, present and 0 or 1, run) end
local lifetime = tonumber(ARGV[4])
local stamp = string.format('%.0f', now)
local sha, noting, restoring = digest(sent), ARGV[2] == 'note', ARGV[2] == 'restore'
if noting then
  if not present or digest(present) ~= sha then return answer('moved') end
  if run.sha == sha then return answer('same') end
elseif restoring then
  if present then return answer('moved') end
elseif present and digest(present) ~= run.sha then
  return answer('foreign')
end

local function life()
  local left = noting and redis.call('PTTL', KEYS[1]) or lifetime
  return left > 0 and left or lifetime
end
local function keep()
  redis.call('PEXPIRE', KEYS[2], life() + tonumber(ARGV[5]))
end
local function behind()
  local rank, furthest = tonumber(ARGV[9]), tonumber(run.rank)
  if ARGV[8] == 'running' and rank and furthest and rank < furthest then return true end
  local progress, most = tonumber(ARGV[10]), tonumber(run.progress)
  return progress and most and progress < most
end
-- Handles the same status again, which is a heartbeat if the attempt runs.
local function again()
  if run.phase == 'running' then
    redis.call('PEXPIRE', KEYS[1], lifetime)
    run.beat = stamp
    redis.call('HSET', KEYS[2], 'beat', stamp)
    keep()
    if KEYS[4] then
      redis.call('PEXPIRE', KEYS[4], lifetime)
      underway(KEYS[5], ARGV[14], 'running', now + tonumber(ARGV[6]))
    end
  end
  if ARGV[11] ~= '' then redis.call('HSET', KEYS[2], 'source', ARGV[11]) end
  return answer('same')
end
local function store()
  if ARGV[3] == 'string' then
    redis.call('SET', KEYS[1], sent[1], 'PX', lifetime)
  else
    redis.call('DEL', KEYS[1])
    for i = 1, #sent, BATCH do
      redis.call('HSET', KEYS[1], unpack(sent, i, math.min(i + BATCH - 1, #sent)))
    end
    redis.call('PEXPIRE', KEYS[1], lifetime)
  end
end
-- Restores a status that equals the recorded one, or has its final phase, which is no change.
local function back()
  store()
  redis.call('HSET', KEYS[2], 'sha', sha)
  run.sha = sha
  keep()
  if KEYS[4] then underway(KEYS[5], ARGV[14], run.phase, now + tonumber(ARGV[6])) end
  return answer('same')
end
-- Whether a result of Celery has been taken over. Of two equal ones that end in their expiry, the
-- later one expires later; the two clock reads of an expiry differ by milliseconds.
local function taken()
  local form = '^(%x+)@?(%d*)$'
  local sha, expires = string.match(ARGV[11], form)
  local known, before = string.match(run.source or '', form)
  if not sha or sha ~= known then return false end
  return expires == '' or before == '' or expires - before <= 1000
end
local before = tonumber(run.attempt or 0)
local attempt = math.max(before, 1)
if noting then
  if run.phase and run.phase ~= 'running' and ARGV[8] == 'running' then attempt = before + 1 end
elseif restoring then
  if run.phase and run.phase ~= 'running' and run.phase ~= ARGV[8] then return answer('final') end
  if run.phase == 'running' and behind() then return answer('behind') end
  if run.sha == sha or (run.phase and run.phase ~= 'running') then return back() end
else
  if ARGV[7] == 'next' then attempt = before + 1 end
  if tonumber(ARGV[7]) then attempt = tonumber(ARGV[7]) end
  if taken() then return answer('same') end
  local function refuse(verdict)
    if ARGV[11] ~= '' then redis.call('HSET', KEYS[2], 'source', ARGV[11]) end
    return answer(verdict)
  end
  if attempt < before then return refuse('stale') end
  if attempt == before then
    if present and run.sha == sha then return again() end
    if run.phase ~= 'running' then return refuse('final') end
    if behind() then return refuse('behind') end
  end
end

if not noting then store() end
local fresh = attempt ~= before
local function furthest(sent, known)
  if fresh then return sent end
  return sent == '' and known or sent
end
-- The summary of the attempt's children. Those of an earlier attempt are removed; those that were
-- counted before the first attempt belong to it.
local function children_of(attempt)
  repair(KEYS[3], 'hash')
  local of = redis.call('HGET', KEYS[3], '#attempt')
  if not of then return not fresh and run.children or '' end
  if of == '0' then
    redis.call('HSET', KEYS[3], '#attempt', attempt)
  elseif of ~= attempt then
    redis.call('UNLINK', KEYS[3])
    return ''
  end
  return summary(KEYS[3])
end
local started, number = fresh and stamp or run.started, string.format('%d', attempt)
run = {
  offset = following(run.offset, now), prev = run.offset or '', attempt = number,
  phase = ARGV[8], at = stamp, beat = stamp, started = started,
  rank = furthest(ARGV[9], run.rank), progress = furthest(ARGV[10], run.progress),
  -- A write of another source keeps the source: that result of Celery is not newer than the write.
  sha = sha, source = ARGV[11] ~= '' and ARGV[11] or run.source or '', stalled = '',
  -- A request to cancel applies to its attempt and to the retries of a Celery task.
  cancel = (not fresh or ARGV[7] == 'next') and run.cancel or '',
  children = children_of(number)
}
local pairs_of_run = {}
for name, value in pairs(run) do
  pairs_of_run[#pairs_of_run + 1] = name
  pairs_of_run[#pairs_of_run + 1] = value
end
redis.call('HSET', KEYS[2], unpack(pairs_of_run))
keep()
if KEYS[4] then
  feed(KEYS[4], {offset = run.offset, prev = run.prev, attempt = run.attempt, phase = run.phase,
    at = run.at, life = life(), document = ARGV[15], cancel = run.cancel,
    children = run.children})
  underway(KEYS[5], ARGV[14], run.phase, now + tonumber(ARGV[6]))
  if run.phase == 'done' and not restoring then took(KEYS[6], now - tonumber(started)) end
end
if ARGV[12] ~= '' then
  publish(ARGV[12], ARGV[13], ARGV[14], run, now + life(), ARGV[15])
  announce('status-changed', 'attempt', run.attempt, 'offset', run.offset, 'phase', run.phase,
    'document', #ARGV[15] <= 16384 and ARGV[15] or '')
end
return answer('changed')
