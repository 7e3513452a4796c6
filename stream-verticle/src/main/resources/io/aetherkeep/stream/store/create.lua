-- Creates a stream, or finds that it exists.
-- ARGV: 1 content type, 2 media type, 3 requested TTL in seconds or '', 4 expiry in ms or '',
--       5 closed '1' or '', 6 body, 7 the server's run id, 8 channel, 9 lifetime in ms,
--       10 the requested configuration, 11 source or '', 12 base, 13 the source's epochs up to the
--       base, 14 lease in ms or '', 15 session, 16 text pointer, 17 status, 18 maximum size in
--       bytes, 19 the first position that the source retains
-- Answers created, same or differs, with the stream; or gone, damaged, large or expired.
repair(KEYS[1], 'hash')
local stream = load()
local why = refusal(stream)
if why == 'gone' or why == 'damaged' then
  return {why}
end
if not why then
  local same = field(stream, 'asked') == ARGV[10] and stream.closed == ARGV[5]
  return described(same and 'same' or 'differs', stream)
end
if stream then
  remove(stream)
else
  -- Fields without a head are of a stream that no longer exists.
  redis.call('UNLINK', KEYS[1], KEYS[3])
end
local base, first = tonumber(ARGV[12]), tonumber(ARGV[19])
if base - first + #ARGV[6] > tonumber(ARGV[18]) then
  return {'large'}
end
local epoch = whole(epoch_of_now())
local fixed = ARGV[4]
if fixed ~= '' and tonumber(fixed) <= now or tonumber(ARGV[9]) <= 0 then
  return {'expired'}
end
-- A fork's own bytes get a separate epoch, because their offsets differ from the source's.
local fork = ARGV[11] ~= ''
stream = {
  at = whole(base), tail = base, base = base, first = first, ttl = tonumber(ARGV[9]), asked_ttl = ARGV[3],
  fixed = fixed, closed = ARGV[5], media = ARGV[2],
  epoch = fork and string.match(ARGV[13], '(%d+):%d+$') or epoch, run = fork and 'fork' or ARGV[7],
  lease = ARGV[14], producer = '', changed = true,
  type = ARGV[1], epochs = fork and ARGV[13] or epoch .. ':0', stopped = '', abandoned = '',
  source = ARGV[11], session = ARGV[15], text = ARGV[16], status = ARGV[17], finished = '',
  born = fork and epoch or '',
}
if fixed ~= '' then
  stream.kept, stream.expires, stream.due = tonumber(fixed), stamp(fixed), stamp(fixed)
else
  stream.kept = math.floor(begin_life(stream) + math.max(1000, stream.ttl / 8))
end
if #ARGV[6] > 0 then
  if fork then
    start_epoch(stream, ARGV[7], base)
  end
  store(stream, ARGV[6])
end
local lease_until = ARGV[14] ~= '' and whole(now + tonumber(ARGV[14])) or ''
-- The fields that an append reads come first, because Redis finds them fastest there.
save(stream, {
  'head', '', 'life', life(stream),
  'type', stream.type, 'epochs', stream.epochs, 'asked', ARGV[10], 'source', stream.source, 'born', stream.born,
  'session', stream.session, 'text', stream.text, 'status', stream.status,
  'lease_until', lease_until, 'step', whole(#ARGV[6]),
})
redis.call('PEXPIREAT', KEYS[1], whole(stream.kept))
end_chunks(stream, base)
publish(ARGV[8], stream, whole(base), '')
return described('created', stream)
