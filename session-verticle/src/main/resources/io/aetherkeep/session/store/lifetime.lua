-- Sliding expiry of a session, shared by all scripts that count as activity.
-- KEYS begin with the session and its facts.

-- The lifetime to start in ms, and the session's own lifetime if it has one. Activity never
-- shortens the remaining one; a longer lifetime that another service set becomes the session's own.
-- Under the rule 'keep' a session that another service opened keeps the lifetime that it was given.
-- A script that has read the remaining ms passes them.
local function lifetime_after_activity(usual, rule, own, created, left)
  left = left or redis.call('PTTL', KEYS[1])
  if rule == 'keep' and not created and left > 0 then return left, own end
  local lifetime = tonumber(own or usual)
  if left <= lifetime then return lifetime, own end
  local longer = string.format('%.0f', left)
  redis.call('HSET', KEYS[2], 'lifetime', longer)
  return left, longer
end

-- Restarts the lifetime; answers the same.
local function start_lifetime(usual, rule, own, created, left)
  local lifetime, longer = lifetime_after_activity(usual, rule, own, created, left)
  redis.call('PEXPIRE', KEYS[1], lifetime)
  redis.call('PEXPIRE', KEYS[2], lifetime + 3600000)
  return lifetime, longer
end

