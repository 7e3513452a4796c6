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

if redis.call('HEXISTS', facts, 'ended') == 1 then
  redis.call('UNLINK', session)
  return false
end
if redis.call('EXISTS', session) == 0 then return false end
local list = KEYS[4]
local copied = redis.call('HEXISTS', facts, 'listed')
local wait = tonumber(redis.call('HGET', facts, 'tail') or 0)
local listed = redis.call('TYPE', list).ok == 'list'
local fielded = redis.call('HEXISTS', session, 'history') == 1
if not listed or fielded and current(list, tonumber(ARGV[2])) == 'field' then
  local text, cut = newest(redis.call('HGET', session, 'history') or '', tonumber(ARGV[3]))
  return {text, {}, pending(list), 0, wait, copied, cut}
end
local from = ARGV[1] == '0' and 0 or -ARGV[1]
return {'', redis.call('LRANGE', list, from, -1), redis.call('LRANGE', tail, 0, -1),
  redis.call('LLEN', list), wait, copied, 0}
