-- Fills the cache from a load, if the lease that was taken before the load still lives: a write
-- since then, even one whose entry was flushed, has ended it.
-- KEYS[1] entry  KEYS[2] lease
-- KEYS[3] where a long payload stands  KEYS[4] if it is long: where it was uploaded
-- ARGV[1] token  ARGV[2] version  ARGV[3] expiry, ms or 0  ARGV[4] the entry's text
-- ARGV[5] its time to live, ms
-- Reply: 'stored', 'kept' (valid, but something as new was there), 'refused' or 'oom'.
if redis.pcall('GET', KEYS[2]) ~= ARGV[1] then return 'refused' end

local function done(outcome)
  redis.call('DEL', KEYS[2])
  return outcome
end

local current = redis.pcall('GET', KEYS[1])
if type(current) == 'string' then
  local kind, version, expiry = string.match(current, '^1|([VTN])|(%d+)|(%d+)|')
  if kind == 'V' or kind == 'T' then
    version, expiry = tonumber(version), tonumber(expiry)
    local mine, mine_expiry = tonumber(ARGV[2]), tonumber(ARGV[3])
    if version > mine or (version == mine and expiry > mine_expiry) then return done('kept') end
  end
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
