-- Reads what changes with a session's history: cheaper than the history.
-- KEYS    1 the session   2 its facts   3 its tail   4 the list of newer proxies
-- answers nothing where there is no session, or a text that differs after each append
if redis.call('HEXISTS', facts, 'ended') == 1 or redis.call('EXISTS', session) == 0 then
  return false
end
local fields = redis.call('HMGET', session, 'contextWindowUsed', 'lastActivityAt')
return table.concat({redis.call('HSTRLEN', session, 'history'), redis.call('LLEN', tail), list_length(KEYS[4]),
  fields[1] or '', fields[2] or ''}, ' ')
