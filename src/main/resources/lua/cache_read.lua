-- Reads entries in their order, until together they are longer than a bound.
-- KEYS entries
-- ARGV[1] the bound, bytes
-- Reply: for each entry that was read its text, nil where there is none or no string; the first is
-- always read, and those that are left out at the end were not.
local bound, bytes, found = tonumber(ARGV[1]), 0, {}
for i, key in ipairs(KEYS) do
  local text = redis.pcall('GET', key)
  if type(text) ~= 'string' then text = false end
  if text then
    bytes = bytes + #text
    if bytes > bound and i > 1 then break end
  end
  found[i] = text
end
return found
