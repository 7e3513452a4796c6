-- Removes a value of a wrong type from an own index, which is then rebuilt.
local function repair(key, type)
  local found = redis.call('TYPE', key).ok
  if found ~= type and found ~= 'none' then redis.call('UNLINK', key) end
end
