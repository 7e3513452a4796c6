-- Announces a change of a configuration that another service made, unless it was announced before.
-- KEYS    1 the configuration
-- ARGV    1 the SHA-1 of the value that was read, '' for none; if the value has changed since, a
--         later check announces it
-- answers nothing
local value = redis.call('TYPE', KEYS[1]).ok == 'string' and redis.call('GET', KEYS[1]) or ''
local sha = value == '' and '' or redis.sha1hex(value)
if sha == ARGV[1] then announce_state('config-changed', sha) end
return false
