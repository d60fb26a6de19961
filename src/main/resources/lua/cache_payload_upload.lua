-- Writes a piece of a payload, which is not in its place yet.
-- KEYS[1] upload
-- ARGV[1] where the piece begins  ARGV[2] the piece  ARGV[3] how long it waits for the next, ms
redis.call('SETRANGE', KEYS[1], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
