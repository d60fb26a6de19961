-- Puts what committed writes left into the cache, if that cannot hide anything newer.
-- For each write three keys and six arguments:
--   KEYS[1] entry  KEYS[2] lease  KEYS[3] where a long payload stands
--   ARGV[1] the writer's lease token, or '' for none  ARGV[2] version  ARGV[3] expiry, ms or 0
--   ARGV[4] the entry's text  ARGV[5] its time to live, ms  ARGV[6] '1': end any lease
-- One that is alone may have a fourth key: where its long payload was uploaded.
-- Reply, for each: 'stored', 'kept' (something as new was there), 'none' (nothing was, and no lease
-- lived), or 'oom' (no memory: the old entry is gone).
local count = #ARGV / 6
local upload = count == 1 and KEYS[4]
local outcomes, gone = {}, {}

local function outcome(entry, lease, payload, a)
  local current = redis.pcall('GET', entry)
  local kind, version, expiry
  if type(current) == 'string' then
    kind, version, expiry = string.match(current, '^1|([VTN])|(%d+)|(%d+)|')
  end
  if kind == 'V' or kind == 'T' then
    version, expiry = tonumber(version), tonumber(expiry)
    local mine, mine_expiry = tonumber(ARGV[a + 2]), tonumber(ARGV[a + 3])
    if version > mine or (version == mine and expiry >= mine_expiry) then return 'kept' end
  elseif ARGV[a + 1] == '' or redis.pcall('GET', lease) ~= ARGV[a + 1] then
    -- nothing, a negative entry or garbage: whoever evicted it may have had something newer
    return 'none'
  end
  local stored = redis.pcall('SET', entry, ARGV[a + 4], 'PX', ARGV[a + 5])
  if upload and not stored.err then
    -- an upload that is gone was evicted
    stored = redis.pcall('RENAME', upload, payload)
    redis.call('PEXPIRE', payload, ARGV[a + 5])
  end
  return stored.err and 'oom' or 'stored'
end

-- what needs memory comes first: after another write Redis would not refuse it for want of any
for i = 1, count do
  local k, a = 3 * i - 3, 6 * i - 6
  outcomes[i] = outcome(KEYS[k + 1], KEYS[k + 2], KEYS[k + 3], a)
end

for i = 1, count do
  local k, a = 3 * i - 3, 6 * i - 6
  if outcomes[i] == 'none' or outcomes[i] == 'oom' then
    gone[#gone + 1] = KEYS[k + 1]
  end
  if outcomes[i] ~= 'kept' and not (upload and outcomes[i] == 'stored') then
    gone[#gone + 1] = KEYS[k + 3]
  end
  if ARGV[a + 6] == '1' then
    gone[#gone + 1] = KEYS[k + 2]
  end
end
if #gone > 0 then redis.call('DEL', unpack(gone)) end
return outcomes
