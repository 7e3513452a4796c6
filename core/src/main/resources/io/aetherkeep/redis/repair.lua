-- Removes a value of a wrong type.
-- KEYS    1 the key
-- ARGV    1 the type that it must have
-- answers 1
repair(KEYS[1], ARGV[1])
return 1
