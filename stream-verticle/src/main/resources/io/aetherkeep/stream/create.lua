-- Creates a stream, or finds that it is there.
-- ARGV: 1 content type, 2 media type, 3 TTL in seconds as asked for or '', 4 expiry in ms or '',
--       5 closed '1' or '', 6 body, 7 the server's run, 8 channel, 9 lifetime in ms,
--       10 the configuration asked for, 11 source or '', 12 base, 13 the source's epochs up to there,
--       14 lease in ms or '', 15 session, 16 text pointer, 17 status, 18 most bytes
-- Answers created, same, differs, gone or large, with the stream.
local stream = load()
local why = refusal(stream)
if why == 'gone' then
  return {'gone'}
end
if not why then
  local same = stream.asked == ARGV[10] and stream.closed == ARGV[5]
  return described(same and 'same' or 'differs', stream)
end
if stream then
  remove(stream)
end
local base = tonumber(ARGV[12])
if base + #ARGV[6] > tonumber(ARGV[18]) then
  return {'large'}
end
local epoch = whole(now_micros)
local expires = ARGV[4] ~= '' and tonumber(ARGV[4]) or now + tonumber(ARGV[9])
if expires <= now then
  return {'expired'}
end
local kept = ARGV[4] ~= '' and expires or expires + math.max(1000, tonumber(ARGV[9]) / 8)
-- A fork's own bytes are of an epoch of its own: their offsets are not the source's.
local fork = ARGV[11] ~= ''
stream = {
  type = ARGV[1], media = ARGV[2], tail = base, base = base, closed = ARGV[5], closer = '',
  seq = '', expires = whole(expires), fixed = ARGV[4], ttl = ARGV[9], kept = whole(kept), gone = '',
  stopped = '', abandoned = '', source = ARGV[11], asked = ARGV[10], asked_ttl = ARGV[3],
  run = fork and 'fork' or ARGV[7], epochs = fork and ARGV[13] or epoch .. ':0',
  epoch = fork and string.match(ARGV[13], '(%d+):%d+$') or epoch,
  lease = ARGV[14], lease_until = ARGV[14] ~= '' and whole(now + tonumber(ARGV[14])) or '',
  session = ARGV[15], text = ARGV[16], status = ARGV[17], finished = '',
}
if #ARGV[6] > 0 then
  follow_server(stream, ARGV[7], base)
  store(stream, ARGV[6])
end
local fields = {}
for name, value in pairs(stream) do
  fields[#fields + 1] = name
  fields[#fields + 1] = type(value) == 'number' and whole(value) or value
end
redis.call('HSET', KEYS[1], unpack(fields))
redis.call('PEXPIREAT', KEYS[1], stream.kept)
tell(ARGV[8], stream, base, '')
return described('created', stream)
