-- Notes whose a session is that is written. One that was another's has a new number, or none until
-- it is adopted.
local function owned(user, number, before)
  if number ~= '' then
    redis.call('HSET', KEYS[2], 'user', user, 'number', number)
  elseif user ~= before then
    redis.call('HSET', KEYS[2], 'user', user)
    redis.call('HDEL', KEYS[2], 'number')
  end
end

