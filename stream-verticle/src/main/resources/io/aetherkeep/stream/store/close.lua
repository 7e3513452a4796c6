-- Closes a stream without its producer.
-- ARGV: 1 'stopped' or 'abandoned', 2 reason, 3 channel
-- Answers the stream: changed, or same if it was closed already; or unknown, gone, or alive if its
-- lease was renewed.
local stream = load()
local why = refusal(stream)
if why then
  return {why}
end
if stream.closed == '1' then
  return described('same', stream)
end
if ARGV[1] == 'abandoned' then
  if stream.lease == '' or tonumber(field(stream, 'lease_until')) > now then
    return described('alive', stream)
  end
  stream.abandoned = '1'
else
  stream.stopped = ARGV[2]
end
set(stream, 'closed', '1')
save(stream, {'abandoned', stream.abandoned, 'stopped', stream.stopped})
publish(ARGV[3], stream, stream.at, '')
return described('changed', stream)
