-- The children of a status: the state of each, and their sums. They belong to one attempt; children
-- reported before the first attempt belong to that one.
-- KEYS    the attempt record of the status, and its children

-- Reads a number from the children's hash.
local function counted(key, field) return tonumber(redis.call('HGET', key, field) or '') or 0 end

-- The summary of a status's children: their number, those done, those failed, and their average
-- progress in percent; '' if there are none.
local function summary(key)
  local known = counted(key, '#known')
  local total = math.max(known, counted(key, '#declared'))
  if known == 0 and total == 0 then return '' end
  return string.format('%d:%d:%d:%d', total, counted(key, '#done'), counted(key, '#failed'),
    math.floor(counted(key, '#sum') / (total * 100)))
end
