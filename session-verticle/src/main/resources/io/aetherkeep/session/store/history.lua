-- Reads a session's history: its field and pending messages, or the list of newer proxies.
-- KEYS    1 the session   2 its facts   3 its tail   4 the list of newer proxies
-- ARGV    1 limit of messages from a list, 0 for all   2 length up to which a field is short
--         3 limit of bytes from a field, 0 for all
-- answers nothing where there is no session, or: the field's text or '', the list's messages,
--         pending messages, how many messages the list has, how many pending bytes the field lacks,
--         whether a list was a copy of the field when Aetherkeep wrote both, whether the text is
--         only the end of the field

-- The end of a long array; a text that is no array is not cut.
local function newest(text, bytes)
  if bytes == 0 or #text <= bytes or not string.find(text, '^%s*%[') then return text, 0 end
  return string.sub(text, -bytes), 1
end

local marks = read_marks()
if marks.ended then
  redis.call('UNLINK', session)
  return false
end
if redis.call('EXISTS', session) == 0 then return false end
local list = KEYS[4]
local length = list_length(list)
local size, text = read_field(tonumber(ARGV[2]))
local copied = marks.listed and 1 or 0
local fielded = size > 0 or text
if length == 0 or fielded and current(marks, length, size, text) == 'field' then
  local whole = text or size > 0 and redis.call('HGET', session, 'history') or ''
  local newer, cut = newest(whole, tonumber(ARGV[3]))
  local behind = length > 0 and marks.behind or 0
  return {newer, {}, pending(list, behind), 0, marks.waiting, copied, cut}
end
local from = ARGV[1] == '0' and 0 or -ARGV[1]
return {'', redis.call('LRANGE', list, from, -1), redis.call('LRANGE', tail, 0, -1), length,
  marks.waiting, copied, 0}
