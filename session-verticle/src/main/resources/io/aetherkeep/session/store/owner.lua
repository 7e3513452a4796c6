-- Stores the user of a session that is written. A new user's session gets a new number, or none
-- until it is adopted.
local function store_owner(user, number, before)
  if number ~= '' then
    redis.call('HSET', KEYS[2], 'user', user, 'number', number)
  elseif user ~= before then
    redis.call('HSET', KEYS[2], 'user', user)
    redis.call('HDEL', KEYS[2], 'number')
  end
end

