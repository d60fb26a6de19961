-- Takes leases for writes that are about to be committed together, replacing any.
-- KEYS[i] lease  ARGV[1] how long they last, ms  ARGV[i + 1] the token of KEYS[i]
-- Reply: for each 1, or 0 where there is no memory for it.
local taken = {}
for i, key in ipairs(KEYS) do
  taken[i] = redis.pcall('SET', key, ARGV[i + 1], 'PX', ARGV[1]).err and 0 or 1
end
return taken
