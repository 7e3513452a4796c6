-- Parses a count in a field of a session: the tokens of its transcript, its messages; 0 where another
-- service wrote no valid number (JavaScript writes NaN and Infinity, which Lua parses as numbers).
local function whole_number(text)
  local number = tonumber(text or 0) or 0
  return number >= 0 and number < 2 ^ 53 and math.floor(number) or 0
end

