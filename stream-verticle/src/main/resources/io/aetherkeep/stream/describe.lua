-- Describes a stream, which is no use of it.
-- Answers the stream, or unknown or gone.
local stream = load()
local why = refusal(stream)
return why and {why} or described('read', stream)
