-- Records that a closed stream was copied into its history and status.
redis.call('HSET', KEYS[1], 'finished', '1')
return 1
