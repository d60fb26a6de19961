-- Puts what a committed write left into the cache, if that cannot hide anything newer.
-- KEYS[1] entry  KEYS[2] lease
-- KEYS[3] where a long payload stands  KEYS[4] if it is long: where it was uploaded
-- ARGV[1] the writer's lease token, or '' for none  ARGV[2] version  ARGV[3] expiry, ms or 0
-- ARGV[4] the entry's text  ARGV[5] its time to live, ms  ARGV[6] '1': end any lease
-- Reply: 'stored', 'kept' (something as new was there), 'none' (nothing was, and no lease lived),
-- or 'oom' (no memory: the old entry is gone).
local current = redis.pcall('GET', KEYS[1])
local held = ARGV[1] ~= '' and redis.pcall('GET', KEYS[2]) == ARGV[1]

local function done(outcome)
  if ARGV[6] == '1' then redis.call('DEL', KEYS[2]) end
  return outcome
end

local kind, version, expiry
if type(current) == 'string' then
  kind, version, expiry = string.match(current, '^1|([VTN])|(%d+)|(%d+)|')
end

if kind == 'V' or kind == 'T' then
  version, expiry = tonumber(version), tonumber(expiry)
  local mine, mine_expiry = tonumber(ARGV[2]), tonumber(ARGV[3])
  if version > mine or (version == mine and expiry >= mine_expiry) then return done('kept') end
elseif not held then
  -- nothing, a negative entry or garbage: whoever evicted it may have had something newer
  redis.call('DEL', KEYS[1], KEYS[3])
  return done('none')
end

-- the first write of the script: after another one Redis would not refuse it for lack of memory
local stored = redis.pcall('SET', KEYS[1], ARGV[4], 'PX', ARGV[5])
if KEYS[4] and not stored.err then
  -- an upload that is gone was evicted
  stored = redis.pcall('RENAME', KEYS[4], KEYS[3])
  redis.call('PEXPIRE', KEYS[3], ARGV[5])
else
  redis.call('DEL', KEYS[3])
end
if stored.err then
  redis.call('DEL', KEYS[1], KEYS[3])
  return done('oom')
end
return done('stored')
