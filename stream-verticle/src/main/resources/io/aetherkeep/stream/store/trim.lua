-- Makes room in a full stream: removes its oldest chunks, so that about half of its maximum size
-- stays. A stream with forks keeps all bytes, and the current chunk stays.
-- ARGV: 1 the maximum size of a stream in bytes
-- Answers trimmed or kept; or unknown, gone or damaged.
local stream = load()
local why = refusal(stream)
if why then
  return why
end
local most = tonumber(ARGV[1])
trim(stream, whole(math.max(0, math.min(most / 2, most - 2 * CHUNK))), '')
if not stream.changed then
  return 'kept'
end
save(stream)
return 'trimmed'
