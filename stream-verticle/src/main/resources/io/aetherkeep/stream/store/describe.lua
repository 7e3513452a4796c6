-- Describes a stream, which does not count as use.
-- Answers the stream, or unknown or gone.
local stream = load()
local why = refusal(stream)
return why and {why} or described('read', stream)
