-- Removes a value of another type from an index.
-- KEYS    1 the index
-- ARGV    1 the type that it has to be
-- answers 1
repair(KEYS[1], ARGV[1])
return 1
