-- Revisions of the stream of changes follow the clock, in microseconds of Unix time: a database that
-- was restored or failed over gives none again that listeners have seen of its lost future. So a
-- revision is known here for sure if, and only if, there is its row.
create function revision_of_time() returns trigger language plpgsql volatile as $$
begin
  -- record_change holds the lock: the sequence is the greatest revision ever given here
  new.revision := setval('change_revision',
    greatest(new.revision, (extract(epoch from clock_timestamp()) * 1000000)::bigint));
  return new;
end $$;

create trigger revision_of_time before insert on change
  for each row execute function revision_of_time();
