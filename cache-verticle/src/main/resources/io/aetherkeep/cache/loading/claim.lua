-- Claims the load of a missing entry, or the renewal of one about to expire, if no other load holds
-- the claim. Only a loaded entry is renewed, which equals its stale copy: an entry that another
-- service wrote keeps that service's lifetime.
-- KEYS    1 the entry   2 its claim   3 its stale copy
-- ARGV    1 the claimant's token   2 how long it holds in ms
--         3 'miss'; 'renew' for loaded entries only; 'renew-any' where no stale copies are kept
-- answers the state: 'there', 'mine', 'free', or the content of the claim: a token, 'absent' or
--         'failed'; then, if a stale copy exists, its value, how many ms ago the entry expired, and
--         for how many ms after its expiry the value may be served while it is renewed, and while
--         the origin fails
local present = redis.call('EXISTS', KEYS[1]) == 1
if ARGV[3] == 'miss' and present then return {'there'} end
if ARGV[3] ~= 'miss' and not present then return {'free'} end
if ARGV[3] == 'renew' then
  local copy = fields(KEYS[3], 'value', 'pairs')
  if not copy[1] or not has(KEYS[1], copy[1], copy[2]) then
    if copy[1] then redis.call('UNLINK', KEYS[3]) end
    return {'free'}
  end
end
local copy = present and {} or fields(KEYS[3], 'value', 'ends', 'revalidate', 'error')
local over = copy[1] and milliseconds() - tonumber(copy[2])
-- The entry is missing before it expires: it was removed.
if over and over < 0 then
  redis.call('UNLINK', KEYS[3])
  over = false
end
local state = text(KEYS[2])
-- Unless the entry expired, a renewal began before its removal, and may load the removed value.
if state and not present and not over and renews(state) then state = false end
if not state then
  redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
  state = 'mine'
end
if not over then return {state} end
return {state, copy[1], over, tonumber(copy[3]), tonumber(copy[4])}
