-- Has Redis forget that nodes asked to be told of a key's next change, which it does only by a change:
-- of a key that is not there, in one step that nobody sees.
-- KEYS    1 the key
-- answers whether it is there, and will change
if redis.call('EXISTS', KEYS[1]) == 1 then return 1 end
redis.call('SET', KEYS[1], '', 'PX', 1000)
redis.call('DEL', KEYS[1])
return 0
