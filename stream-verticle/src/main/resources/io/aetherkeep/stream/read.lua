-- Reads a stream from a place on.
-- ARGV: 1 'start', 'tail' or 'at', 2 epoch, 3 position, 4 most bytes, 5 the server's run,
--       6 how far a fork inherits, or '' where the stream itself is read: what is inherited is read
--         from a stream that is deleted too, and that is no use of it; 7 and 8 what is retained, as
--         trim has it
-- Answers the stream with: where the bytes begin, the bytes; or a refusal: unknown, gone, past (of a
-- stream that had the path before), lost, trimmed, beyond, damaged. Where a fork's source has the
-- bytes the verdict is inherited.
local stream = load()
local bound = tonumber(ARGV[6])
local why
if not bound then
  why = refusal(stream)
  if why then
    return {why}
  end
elseif not stream or stream.damaged then
  return {'unknown'}
end

-- The reason why nothing can be read at a position; nil where it can.
local function fault(epoch, position)
  if position == 0 then
    return stream.first > 0 and 'trimmed' or nil
  end
  local known, limit = false, stream.tail
  local later = false
  for e, start in string.gmatch(field(stream, 'epochs'), '(%d+):(%d+)') do
    if tonumber(e) <= epoch then
      known = true
    else
      limit, later = tonumber(start), true
      break
    end
  end
  if not known then
    return 'past'
  end
  if position > limit then
    return (later or stream.run ~= ARGV[5]) and 'lost' or 'beyond'
  end
  return position < stream.first and 'trimmed' or nil
end

if not bound then
  trim(stream, ARGV[7], ARGV[8])
end
local position = stream.first
if ARGV[1] == 'tail' then
  position = stream.tail
elseif ARGV[1] == 'at' then
  position = tonumber(ARGV[3])
  if bound then
    if position < stream.first then
      return {'trimmed'}
    end
  else
    why = fault(tonumber(ARGV[2]), position)
  end
end
if not bound and not why then
  renew(stream)
end
if stream.changed then
  save(stream)
end
if why then
  return {why}
end

local limit = math.min(bound or stream.tail, position + tonumber(ARGV[4]))
local answer = described(position < stream.base and 'inherited' or 'read', stream)
local parts = {}
local at = position
if position >= stream.base then
  while at < limit do
    local number = math.floor(at / CHUNK)
    local start = math.max(number * CHUNK, stream.base)
    local stop = math.min(limit, (number + 1) * CHUNK)
    local part = redis.call('GETRANGE', KEYS[2] .. number, whole(at - start), whole(stop - start - 1))
    if #part ~= stop - at then
      return {'damaged'}
    end
    parts[#parts + 1] = part
    at = stop
  end
end
answer[#answer + 1] = whole(position)
answer[#answer + 1] = #parts == 1 and parts[1] or table.concat(parts)
return answer
