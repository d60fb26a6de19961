-- Ids are what callers really use: up to 512 bytes of any characters. Names of policies stay short.
-- None of these rewrites a table.
alter table rate_policy
  alter column tier     type text,
  alter column endpoint type text;

-- A session may live for ten years. Rows that are there keep to the narrower rule of before, so they
-- need not be looked at again.
alter table sessions drop constraint sessions_ttl_seconds_check;
alter table sessions add constraint sessions_ttl_seconds_check
  check (ttl_seconds between 1 and 315360000) not valid;
