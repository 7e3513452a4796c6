-- Notes that what follows a stream's end was done.
redis.call('HSET', KEYS[1], 'finished', '1')
return 1
