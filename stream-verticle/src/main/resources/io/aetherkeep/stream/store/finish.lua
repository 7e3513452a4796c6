-- Records that a closed stream was copied into its history and status.
-- ARGV: 1 the identity of the copied stream; the stream at the path may be another one since
-- Answers 1, or 0 if that stream does not exist any more.
local stream = load()
if not stream or stream.damaged then
  return 0
end
local born = field(stream, 'born')
if born == '' then
  born = string.match(field(stream, 'epochs'), '^%d+')
end
if born ~= ARGV[1] then
  return 0
end
redis.call('HSET', KEYS[1], 'finished', '1')
return 1
