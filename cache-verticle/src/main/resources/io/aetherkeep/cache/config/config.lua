-- Changes or removes configurations: all if every condition holds, otherwise none. Records a
-- version of each, with one number for all. A value that another service wrote since the last
-- version is recorded too, so that the versions have no gap.
-- KEYS    of each change four: 1 the configuration   2 its versions, the newest first   3 its claim
--         4 its stale copy
-- ARGV    1 the author   2 the least number of the version   3 maximum number of versions of one
--         4 maximum size of all versions of one in bytes; two are always kept
--         then of each change six: 1 'any', 'absent', 'present' or 'still'   2 the value that must
--         still be there   3 'set' or 'unset'; 'set-elsewhere' or 'unset-elsewhere' if a system of
--         record does it: then 1 and 2 are the former value, only the version is recorded, and
--         the copy here expires within a minute, should the node die before it drops it
--         4 the value   5 the name   6 the entity tag of the value, '' if it is removed
-- answers the number of the version, 0 if there was nothing to remove, and of each change 1 if a
--         value existed before, else 0; or, if a condition does not hold, -1 and the place of its
--         change
local by, least, kept, bytes = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))

-- Reads a change and the present value; returns whether its condition holds.
local function read(index)
  local k, a = 4 * (index - 1), 4 + 6 * (index - 1)
  local change = {
    key = KEYS[k + 1], versions = KEYS[k + 2], claim = KEYS[k + 3], stale = KEYS[k + 4],
    value = ARGV[a + 4], name = ARGV[a + 5], tag = ARGV[a + 6],
    elsewhere = string.find(ARGV[a + 3], '-elsewhere', 1, true) ~= nil,
    removing = string.sub(ARGV[a + 3], 1, 5) == 'unset'}
  local condition, expected = ARGV[a + 1], ARGV[a + 2]
  if change.elsewhere then
    change.there = condition == 'still'
    change.before = change.there and expected or nil
    return change, true
  end
  -- A key of another type was written by mistake, and is replaced.
  local kind = redis.call('TYPE', change.key).ok
  change.there = kind ~= 'none'
  change.before = kind == 'string' and redis.call('GET', change.key) or nil
  change.nothing = change.removing and not change.there
  return change, not (condition == 'absent' and change.there
    or condition == 'present' and not change.there
    or condition == 'still' and change.before ~= expected)
end

-- Parses an entry: returns its value, nil for a removal, and whether it has the current format.
local function noted(entry)
  local at = 0
  for _ = 1, 3 do
    at = at and string.find(entry, '\n', at + 1, true)
  end
  if at then return string.sub(entry, at + 1), true end
  return nil, string.match(entry, '^%d+\n') ~= nil
end

local function note(change, number, who, content)
  local head = string.format('%.0f', number) .. '\n' .. now .. '\n' .. who
  redis.call('LPUSH', change.versions, content and head .. '\n' .. content or head)
  change.last = number
end

-- Records a value that another service wrote.
local function catch_up(change)
  local list = redis.call('TYPE', change.versions).ok
  if list ~= 'list' and list ~= 'none' then redis.call('UNLINK', change.versions) end
  local newest = redis.call('LINDEX', change.versions, 0)
  change.last = newest and tonumber(string.match(newest, '^%d+')) or 0
  local known, telling = nil, true
  if newest then known, telling = noted(newest) end
  local before = change.before
  if telling and before ~= known and (before or not change.there) and #(before or '') <= bytes then
    note(change, math.max(change.last + 1, least - 1), 'another service', before)
  end
end

local function trim(versions)
  local taken = 0
  for i = 0, math.min(redis.call('LLEN', versions), kept + 1) - 1 do
    taken = taken + #redis.call('LINDEX', versions, i)
    if i == kept or (i > 1 and taken > bytes) then
      redis.call('LTRIM', versions, 0, i - 1)
      return
    end
  end
end

local changes, number = {}, 0
for i = 1, #KEYS / 4 do
  local change, holds = read(i)
  if not holds then return {-1, i} end
  changes[i] = change
end
for _, change in ipairs(changes) do
  if not change.nothing then
    catch_up(change)
    number = math.max(number, change.last + 1, least)
  end
end
local answer = {number}
for i, change in ipairs(changes) do
  answer[i + 1] = change.there and 1 or 0
  if not change.nothing then
    redis.call('UNLINK', change.claim, change.stale)
    if change.elsewhere then
      redis.call('PEXPIRE', change.key, 60000)
    elseif change.removing then
      redis.call('UNLINK', change.key)
    else
      redis.call('SET', change.key, change.value)
    end
    note(change, number, by, not change.removing and change.value or nil)
    trim(change.versions)
    outbox.subject = 'config/' .. change.name
    outbox.said = {'name', change.name, 'version', change.tag}
    announce_state('config-changed', change.removing and '' or redis.sha1hex(change.value),
      'versionNumber', number)
  end
end
return answer
