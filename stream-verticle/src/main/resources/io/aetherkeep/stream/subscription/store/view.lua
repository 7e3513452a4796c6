-- Reads the content of a wake: streams of a subscription, those with pending work first.
-- ARGV    1 see now.lua   2 maximum number of streams
-- answers unknown, or {configuration, root, created, failures, wake, generation, streams}: of each
--         stream its path, acked offset, known tail, and '1' if it was added by name
local state = load()
if not state then
  return 'unknown'
end
local most, paths, seen = tonumber(ARGV[2]), {}, {}
local function add(path)
  if #paths < most and not seen[path] then
    seen[path] = true
    paths[#paths + 1] = path
  end
end
for _, path in ipairs(redis.call('ZRANGE', KEYS[3], 0, most - 1)) do
  add(path)
end
if #paths < most then
  local some = redis.call('HSCAN', KEYS[2], 0, 'COUNT', most)[2]
  for i = 1, #some, 2 do
    add(some[i])
  end
end
local streams = {}
for _, path in ipairs(paths) do
  local acked, known = link_of(path)
  if acked then
    streams[#streams + 1] = {path, acked, known, redis.call('HEXISTS', KEYS[4], path) == 1 and '1' or ''}
  end
end
local facts = redis.call('HMGET', KEYS[1], 'config', 'root', 'created')
return {facts[1] or '', facts[2] or '', facts[3] or '', state.failures, state.wake, state.generation, streams}
