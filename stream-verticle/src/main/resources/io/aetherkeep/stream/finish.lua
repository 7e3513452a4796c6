-- Records that a stream's follow-up is complete.
redis.call('HSET', KEYS[1], 'finished', '1')
return 1
