-- Functions for a provider's record, which any service reads and writes, with numbers and times in
-- the format of the other services.
local function read(key)
  local found, flat = {}, redis.call('HGETALL', key)
  for i = 1, #flat, 2 do found[flat[i]] = flat[i + 1] end
  return found
end
-- The reverse, for an answer.
local function pairwise(found)
  local flat = {}
  for field, text in pairs(found) do flat[#flat + 1], flat[#flat + 2] = field, text end
  return flat
end
-- Fingerprint that tells a record written here from one that another service wrote.
local function written(r)
  return table.concat({r.status or '', r.successRate or '', r.avgLatency or '',
    r.lastFailure or ''}, ' ')
end
-- Parses a finite number, otherwise 0: other services may write NaN, an infinity, or no number.
local function finite(text)
  local number = tonumber(text or 0)
  return number and number > -2 ^ 53 and number < 2 ^ 53 and number or 0
end
-- Formats a number: 1, 0.99, 250.
local function plain(number, digits)
  local text = string.format('%.' .. digits .. 'f', number)
  return (string.gsub(string.gsub(text, '0+$', ''), '%.$', ''))
end
-- Formats a time: 2026-01-31T09:41:12.007Z.
local function iso(at)
  local day, rest = math.floor(at / 86400000) + 719468, at % 86400000
  local era = math.floor(day / 146097)
  local doe = day - era * 146097
  local yoe = math.floor((doe - math.floor(doe / 1460) + math.floor(doe / 36524)
    - math.floor(doe / 146096)) / 365)
  local doy = doe - (365 * yoe + math.floor(yoe / 4) - math.floor(yoe / 100))
  local shifted = math.floor((5 * doy + 2) / 153)
  local month = shifted < 10 and shifted + 3 or shifted - 9
  return string.format('%04d-%02d-%02dT%02d:%02d:%02d.%03dZ',
    yoe + era * 400 + (month <= 2 and 1 or 0), month,
    doy - math.floor((153 * shifted + 2) / 5) + 1, math.floor(rest / 3600000),
    math.floor(rest / 60000) % 60, math.floor(rest / 1000) % 60, rest % 1000)
end
