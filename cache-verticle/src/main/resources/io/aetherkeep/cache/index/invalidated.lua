-- Announces an invalidation of many entries, once all are removed.
-- ARGV    1 how many were removed
-- answers nothing
announce('cache-invalidated', 'removed', ARGV[1])
return false
