-- Reads a piece of a payload that stands apart from its entry.
-- KEYS[1] payload
-- ARGV[1] the token that the entry names  ARGV[2] where the piece begins  ARGV[3] its length, bytes
-- Reply: the piece, shorter at the end; nil if what is there has another token, or nothing is.
local token = ARGV[1]
if redis.pcall('GETRANGE', KEYS[1], 0, #token - 1) ~= token then return false end
local from = #token + ARGV[2]
return redis.call('GETRANGE', KEYS[1], from, from + ARGV[3] - 1)
