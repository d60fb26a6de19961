-- Every access to a sliding session moves expires_at: with an index on it each such update wrote into
-- every index of the table. due_at, which the cleaner goes by, stays behind: it is never after
-- expires_at, and is brought up to it only when the cleaner comes by. So an update finds room on its
-- own page, and what it leaves there is taken away without a vacuum.

-- 'epoch' for what is there: the cleaner looks at it once
alter table session       add column due_at timestamptz not null default 'epoch';
alter table session       alter column due_at set default 'infinity';
alter table scratch_value add column due_at timestamptz not null default 'epoch';
alter table scratch_value alter column due_at set default 'infinity';

create function due_when_expired() returns trigger language plpgsql as $$
begin
  new.due_at := new.expires_at;
  return new;
end $$;

create trigger due_when_expired before insert or update on session
  for each row when (new.expires_at < new.due_at) execute function due_when_expired();
create trigger due_when_expired before insert or update on scratch_value
  for each row when (new.expires_at < new.due_at) execute function due_when_expired();

drop index sessions_expires_at;
drop index scratch_expires_at;
create index session_due_at on session (due_at);
create index scratch_value_due_at on scratch_value (due_at);

-- room for the next version of a row, and a vacuum by what has changed rather than by a fifth of it
alter table session set (fillfactor = 85,
  autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000,
  autovacuum_analyze_scale_factor = 0.05);
alter table user_preferences set (fillfactor = 85,
  autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000,
  autovacuum_analyze_scale_factor = 0.05);
alter table scratch_value set (fillfactor = 90);
