-- Functions for JSON arrays as text: they find elements without parsing them.

-- Finds the element that begins at or after a position; answers its end and its start.
local function element(text, at)
  local from = string.find(text, '[^%s,]', at)
  if not from then return nil end
  local byte = string.byte(text, from)
  if byte == 93 then return nil end
  local depth = 0
  at = from
  while true do
    at = string.find(text, depth == 0 and '["%[%]{},]' or '["%[%]{}]', at)
    if not at then return nil end
    byte = string.byte(text, at)
    if byte == 34 then
      repeat
        at = string.find(text, '["\\]', at + 1)
        if not at then return nil end
        byte = string.byte(text, at)
        if byte == 92 then at = at + 1 end
      until byte == 34
      if depth == 0 then return at, from end
    elseif byte == 91 or byte == 123 then
      depth = depth + 1
    elseif depth == 0 then
      return at - 1, from
    else
      depth = depth - 1
      if depth == 0 then return at, from end
    end
    at = at + 1
  end
end

-- The elements of an array.
local function elements(text)
  local all, at = {}, string.find(text, '[', 1, true)
  local to, from = element(text, at + 1)
  while to do
    all[#all + 1] = string.match(string.sub(text, from, to), '^(.-)%s*$')
    to, from = element(text, to + 1)
  end
  return all
end

local function count(text)
  local found, at = 0, string.find(text, '[', 1, true)
  at = at and element(text, at + 1)
  while at do
    found = found + 1
    at = element(text, at + 1)
  end
  return found
end

-- Removes an array's first elements; answers the rest and the removed ones.
local function trimmed(text, over)
  local removed, at = {}, string.find(text, '[', 1, true)
  for i = 1, over do
    local to, from = element(text, at + 1)
    if not to then break end
    removed[i] = string.sub(text, from, to)
    at = to
  end
  local rest = string.find(text, '[^%s,]', at + 1)
  return '[' .. string.sub(text, rest), removed
end

-- Splits off an array's closing bracket; answers the rest and the separator of the next element.
local function opened(text)
  local to = #text
  while to > 0 and string.find(text, '^%s', to) do to = to - 1 end
  if string.byte(text, to) ~= 93 or not string.find(text, '^%s*%[') then return nil end
  local head = string.sub(text, 1, to - 1)
  return head, string.find(head, '^%s*%[%s*$') and '' or ','
end

