-- Reads what is known of a provider.
-- KEYS    1 the record   2 the window
-- answers the record's fields and texts in turn, then the window's
return {redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[2])}
