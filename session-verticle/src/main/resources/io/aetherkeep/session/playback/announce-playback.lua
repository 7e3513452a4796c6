-- Announces a session's playback if its podcast, state or rate has changed.
local function announce_change(before, after)
  if after[1] == before[1] and after[2] == before[2] and after[4] == before[4] then return end
  announce('playback-changed', 'podcastId', after[1], 'state', after[2], 'positionMs', after[3],
    'rate', after[4], 'updatedAt', after[5], 'user', after[7])
end

