-- Removes what is older than a committed write, and ends any lease, so that no load that began
-- before can fill.
-- KEYS[1] entry  KEYS[2] lease  KEYS[3] where a long payload stands
-- ARGV[1] version of the write
-- Reply: 1 if an entry was removed, else 0.
redis.call('DEL', KEYS[2])
local current = redis.pcall('GET', KEYS[1])
if type(current) == 'string' then
  local kind, version = string.match(current, '^1|([VTN])|(%d+)|')
  if (kind == 'V' or kind == 'T') and tonumber(version) >= tonumber(ARGV[1]) then return 0 end
end
redis.call('DEL', KEYS[3])
return redis.call('DEL', KEYS[1])
