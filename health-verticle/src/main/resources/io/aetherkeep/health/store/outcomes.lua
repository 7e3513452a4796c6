-- Adds outcomes of a provider's calls to its window, and derives its status.
--
-- KEYS    1 the record   2 the window
-- ARGV    1 see now.lua   2 the record's lifetime in ms   3 the window's
--         4 the rules, in JSON   5 'may' if it may be disabled here and now, else 'ask'
--         6 'count'; 'open' to end a temporary status whose time has passed; or 'judge' to apply
--         a requested status   7 the sending node, if it may send the outcomes twice, else ''
--         8 the sender's number of the outcomes, which grows
--         then for each outcome: '1' for a success or '0', its latency in ms or '', its error, its
--         time to the first token in ms or '', the provider's Retry-After in ms or ''
-- answers the status before, the status now, the reason, whether to disable it ('1' or '0'), when
--         it is due for a check in ms (0: never), when it was due before, then the record's fields
--         and texts, then the window's, the time, and the record's remaining lifetime
--
-- Fields of the window: m<minute> 'successes failures'; latencies the last 100; state, why, since,
-- until, cooldown, trial (successes still required), row (consecutive failures), from (start of
-- counting), sent:<node> (the node's last number), wrote (the record as written here), base ('rate
-- latency minute' of a record that another service set, from which counting continues), hand
-- ('disabled' or 'enabled' during a manual override, 'record' while a record that another service
-- set is in force, 'rest' while the provider's Retry-After runs), ttfts (the last 100 times to the
-- first token).
local record, window = KEYS[1], KEYS[2]
local rules = cjson.decode(ARGV[4])

-- Number of requests as which a record set by another service counts.
local WEIGHT = 20

local w, r = read(window), read(record)
local function remove(field)
  redis.call('HDEL', window, field)
  w[field] = nil
end
local exists = next(r) ~= nil
local known = w.state or r.status
local state = (known == 'degraded' or known == 'disabled') and known or 'healthy'
local before = state
local why = w.why or 'no failures'
local row, trial = finite(w.row), finite(w.trial)
local till, cooldown = finite(w['until']), finite(w.cooldown)
local from, failed, message = finite(w.from), w.failed or r.lastFailure or nil, w.error
local due = till
local hand = w.hand
local base
if w.base then
  local share, latency, minute = string.match(w.base, '^([%d.]+) ([%d.]+) (%d+)$')
  if share then
    base = {rate = tonumber(share), latency = tonumber(latency), minute = tonumber(minute)}
  end
end

local minutes, oldest = {}, math.floor(now / 60000) - 14
for field, text in pairs(w) do
  local minute = tonumber(string.match(field, '^m(%d+)$'))
  if minute then
    if minute >= oldest and minute * 60000 + 59999 >= from then
      local counts = {}
      for number in string.gmatch(text, '%d+') do counts[#counts + 1] = tonumber(number) end
      if #counts >= 2 then minutes[minute] = {counts[1], counts[2]} end
    else
      remove(field)
    end
  end
end

-- Numbers as texts, because formatting a hundred of them takes longer than all the rest.
local function numbers(text)
  local found = {}
  for number in string.gmatch(text or '', '%d+') do found[#found + 1] = number end
  return found
end
local latencies, ttfts = numbers(w.latencies), numbers(w.ttfts)
local function add(list, number)
  list[#list + 1] = number
  if #list > 100 then return table.remove(list, 1) end
  return 0
end
local function total(list)
  local sum = 0
  for _, number in ipairs(list) do sum = sum + number end
  return sum
end
local summed = total(latencies)

local function clear()
  for minute in pairs(minutes) do
    if w['m' .. minute] then remove('m' .. minute) end
  end
  minutes, latencies, summed, row, from, base = {}, {}, 0, 0, now, nil
end

-- The weight of the record from which counting continues.
local function weight()
  return base and base.minute >= oldest and WEIGHT or 0
end

local function rate()
  local all = weight()
  local good = all > 0 and base.rate * all or 0
  for _, counts in pairs(minutes) do
    good, all = good + counts[1], all + counts[1] + counts[2]
  end
  return all == 0 and 1 or good / all, all
end

local function average()
  local sum, count = summed, #latencies
  local before = math.min(weight(), 100 - count)
  if before > 0 and base.latency > 0 then
    sum, count = sum + base.latency * before, count + before
  end
  return count == 0 and 0 or sum / count
end

local wants

local function disable(because)
  if hand then return end
  if ARGV[5] ~= 'may' then
    wants = because
    if state == 'healthy' then state, why = 'degraded', because end
    return
  end
  cooldown = math.min(cooldown == 0 and rules.cooldown or cooldown * 2, rules.longest)
  state, why, till, trial = 'disabled', because, now + cooldown, 0
end

-- A status improves only with a margin to the threshold (hysteresis).
local function judge()
  local share, all = rate()
  local slow = average()
  if row >= rules.row then return disable(row .. ' failures in a row') end
  if all >= rules.least and share < rules.floor then
    return disable(string.format('success rate %.3f', share))
  end
  if all >= rules.least and share < rules.low then
    state, why = 'degraded', string.format('success rate %.3f', share)
  elseif #latencies >= rules.least and slow > rules.slow then
    state, why = 'degraded', string.format('average latency %.0f ms', slow)
  elseif state == 'degraded' and (share >= math.min(1, rules.low + rules.room) or all == 0)
    and slow <= rules.slow * (1 - rules.room) and row == 0 then
    state, why, cooldown = 'healthy', 'recovered', 0
  end
end

local function count(good, latency)
  local minute = math.floor(now / 60000)
  local counts = minutes[minute] or {0, 0}
  minutes[minute] = counts
  counts[good and 1 or 2] = counts[good and 1 or 2] + 1
  if latency ~= '' then summed = summed + latency - add(latencies, latency) end
end

-- Takes a record of another service as an override: it lasts until the record expires or is
-- reverted. A healthy record reverts it; an override made here stays.
local function adopt_record()
  local share, latency = tonumber(r.successRate), tonumber(r.avgLatency)
  share = share == share and math.max(0, math.min(1, share or 1)) or 1
  latency = latency and latency > 0 and latency < 2 ^ 53 and latency or 0
  local _, wrote, took = string.match(w.wrote or '', '^(%S*) (%S*) (%S*)')
  if r.successRate ~= wrote or r.avgLatency ~= took then
    clear()
    base = {rate = share, latency = latency, minute = math.floor(now / 60000)}
  end
  failed = r.lastFailure or failed
  if hand == 'disabled' or hand == 'enabled' or hand == 'rest' then return end
  local bad = r.status == 'degraded' or r.status == 'disabled'
  local left = redis.call('PTTL', record)
  state, why, row, trial, cooldown = bad and r.status or 'healthy', 'set by another service', 0, 0, 0
  hand, till = bad and 'record' or nil, bad and left > 0 and now + left or 0
end

-- Windows of earlier releases have no 'wrote'; their record has the state that was counted.
if exists and written(r) ~= w.wrote and (w.wrote or r.status ~= w.state) then
  adopt_record()
elseif hand == 'record' and not exists then
  clear()
  hand, till, state, why, trial, cooldown = nil, 0, 'healthy', 'no failures', 0, 0
end
if hand == 'rest' and now >= till then
  hand, till, state, why = nil, 0, 'healthy', 'its Retry-After has passed'
end
if hand and till > 0 and now >= till then
  local set = hand == 'record'
  hand, till = nil, 0
  if set or state == 'disabled' then
    clear()
    state, why, cooldown = 'healthy', 'the manual override has expired', 0
  end
end
if not hand and state == 'disabled' and now >= till then
  state, why, trial, till = 'degraded', 'on trial', rules.trial, 0
end

-- Skips outcomes that were counted under the same number or a later one.
local sent = ARGV[7] ~= '' and 'sent:' .. ARGV[7]
local first = #ARGV + 1
if not sent or finite(w[sent]) < tonumber(ARGV[8]) then
  first = 9
else
  sent = nil
end
-- Disables the provider for its Retry-After, which does not count as a failure; 0 disables it for no
-- time. A manual override stays.
local function rest(millis)
  failed = iso(now)
  if millis <= 0 or hand == 'disabled' or hand == 'enabled' then return end
  till = hand == 'rest' and math.max(till, now + millis) or now + millis
  state, why, hand, trial = 'disabled', 'it sent Retry-After', 'rest', 0
end
for i = first, #ARGV, 5 do
  local good, latency = ARGV[i] == '1', ARGV[i + 1]
  local ttft, alone = ARGV[i + 3], tonumber(ARGV[i + 4])
  if ttft ~= '' then add(ttfts, ttft) end
  if alone then
    message = ARGV[i + 2]
    rest(alone)
  else
    count(good, latency)
    if good then
      row = 0
    else
      row = row + 1
      failed, message = iso(now), ARGV[i + 2]
    end
  end
  if hand == nil and not alone and state ~= 'disabled' then
    if trial > 0 then
      if not good then
        disable('failed on trial')
      else
        trial = trial - 1
        if trial == 0 then
          local shown = {unpack(latencies, math.max(1, #latencies - rules.trial + 1))}
          clear()
          latencies, summed = shown, total(shown)
          state, why, cooldown = 'healthy', 'passed its trial', 0
        end
      end
    else
      judge()
    end
  elseif hand == 'enabled' then
    state = 'healthy'
  end
end

if ARGV[6] == 'judge' and w.wants and state ~= 'disabled' then disable(w.wants) end

local share, slow = rate(), average()
local set = {'HSET', window}
local function put(field, value)
  local text = tostring(value)
  if w[field] == text then return end
  set[#set + 1], set[#set + 2] = field, text
  w[field] = text
end
-- Sets a field, or removes it where it has no value any more.
local function keep(field, text)
  if text then put(field, text) elseif w[field] then remove(field) end
end
put('state', state)
put('why', why)
put('row', row)
put('trial', trial)
put('until', string.format('%.0f', till))
put('cooldown', cooldown)
put('from', string.format('%.0f', from))
put('latencies', table.concat(latencies, ' '))
if sent then put(sent, ARGV[8]) end
if #ttfts > 0 then put('ttfts', table.concat(ttfts, ' ')) end
if failed then put('failed', failed) end
if message then put('error', message) end
keep('wants', wants)
keep('hand', hand)
keep('base', base
  and string.format('%s %s %.0f', plain(base.rate, 6), plain(base.latency, 3), base.minute))
for minute, counts in pairs(minutes) do put('m' .. minute, table.concat(counts, ' ')) end

-- A temporary status must be kept until its end, and be reported a while longer.
local left = till > now and (hand or state == 'disabled') and till - now or 0
if hand and till == 0 then left = 31536000000 end
if ARGV[6] == 'count' or exists or left > 0 or state ~= before then
  r.status, r.successRate, r.avgLatency = state, plain(share, 4), plain(slow, 1)
  r.lastFailure = failed or r.lastFailure
  redis.call('HSET', record, 'status', state, 'successRate', r.successRate, 'avgLatency',
    r.avgLatency, unpack(failed and {'lastFailure', failed} or {}))
  put('wrote', written(r))
  -- A record that another service set ends when it expires.
  local more = hand == 'record' and 0 or 60000
  redis.call('PEXPIRE', record, string.format('%.0f', math.max(tonumber(ARGV[2]), left + more)))
end
if #set > 2 then redis.call(unpack(set)) end
redis.call('PEXPIRE', window, string.format('%.0f', math.max(tonumber(ARGV[3]), left + 60000)))
if state ~= before then
  announce('provider-health-changed', 'before', before, 'after', state, 'reason', why)
end
return {before, state, why, wants and '1' or '0', string.format('%.0f', till > now and till or 0),
  string.format('%.0f', due), pairwise(r), pairwise(w),
  string.format('%.0f', now), redis.call('PTTL', record)}
