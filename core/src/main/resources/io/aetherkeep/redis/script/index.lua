-- Removes a value of another type from a key that is an index of ours, which then fills anew.
local function repair(key, type)
  local found = redis.call('TYPE', key).ok
  if found ~= type and found ~= 'none' then redis.call('UNLINK', key) end
end
