-- Of a table that PostgreSQL has no statistics of, two indexes that could lead to a row by space and id
-- cost the same, and the younger one is taken: session_of_user, which walks through all sessions of the
-- space. Until the first autovacuum, a minute after the first sessions, each look-up by key did. A large
-- table has statistics, and is left alone.
do $$
begin
  if pg_relation_size('session') < 16 * 1024 * 1024 then
    -- at once: a weaker lock first, and a writer could wait for it while this waits for the writer
    lock table session in access exclusive mode;
    create unique index session_by_key on session (space, id);
    alter table session
      drop constraint session_pkey,
      add constraint session_pkey primary key using index session_by_key;
  end if;
end $$;
