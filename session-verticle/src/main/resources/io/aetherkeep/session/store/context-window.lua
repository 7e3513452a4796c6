-- The tokens of a session's transcript, by the text of its field; 0 where another service wrote no
-- valid number (JavaScript writes NaN and Infinity, which Lua parses as numbers).
local function context_window(text)
  local used = tonumber(text or 0) or 0
  return used >= 0 and used < 2 ^ 53 and math.floor(used) or 0
end

