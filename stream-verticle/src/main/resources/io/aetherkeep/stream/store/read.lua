-- Reads a stream from a position.
-- ARGV: 1 'start', 'tail' or 'at', 2 epoch, 3 position, 4 maximum bytes, 5 the server's run id,
--       6 the end of the bytes that a fork inherits, in the epoch 2, or '' for a direct read:
--         inherited bytes are also read from a deleted stream, and do not count as use,
--       7 and 8 the retention limits, see trim
-- Answers the stream with the position of the bytes and the bytes; or a refusal: unknown, gone,
--       past (an offset of an earlier stream at this path), lost, trimmed, beyond, damaged. If a
--       fork's source has the bytes, the verdict is inherited.
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

-- The reason why a position cannot be read; nil if it can.
local function fault(epoch, position)
  if position == 0 then
    return stream.first > 0 and 'trimmed' or nil
  end
  local known, earlier, limit = false, false, stream.tail
  local later = false
  for e, start in string.gmatch(field(stream, 'epochs'), '(%d+):(%d+)') do
    if tonumber(e) <= epoch then
      known, earlier = tonumber(e) == epoch, true
    else
      limit, later = tonumber(start), true
      break
    end
  end
  if not earlier then
    return 'past'
  end
  if position > limit then
    return (later or stream.run ~= ARGV[5]) and 'lost' or 'beyond'
  end
  -- A fork has the epochs of its source, which may be older than an earlier stream at its path.
  if not known then
    return 'past'
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
  if bound and position < stream.first then
    return {'trimmed'}
  end
  why = fault(tonumber(ARGV[2]), bound or position)
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
