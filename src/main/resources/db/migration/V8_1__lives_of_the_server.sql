-- A server of PostgreSQL that was restarted, restored or promoted may have lost what was acknowledged.
-- Whoever first finds another server than the one recorded here recognises it: the cache starts
-- empty, and unless it is sure that nothing was lost, numbers jump beyond any that were ever given.
-- Until then nothing is written: no lost version can outrank a new one.

-- One row each time another server was recognised; the last one is in force.
create table server_life (
  life              bigint      generated always as identity primary key,
  -- of this table and its database when it was written: in a copy they are others
  relation          oid         not null,
  database          oid         not null,
  started_at        timestamptz not null,
  -- both empty where this role may not read them
  system_identifier text        not null,
  timeline          text        not null,
  -- how far the log of the server reached; 0 where that is not told
  wal               bigint      not null,
  -- whether all that the server before had acknowledged is sure to be here
  nothing_lost      boolean     not null,
  -- who has seen an earlier revision may have seen one that is lost
  first_revision    bigint      not null,
  recognised_at     timestamptz not null default clock_timestamp()
);

-- Which server answers. Its start is told to every role, and is another after a restart, a restore and
-- a promotion; the timeline is that of the log, since the control file learns of a promotion late.
create function server_identity(
  out started_at timestamptz, out system_identifier text, out timeline text, out wal bigint)
language plpgsql volatile as $$
begin
  started_at := pg_postmaster_start_time();
  system_identifier := '';
  timeline := '';
  wal := 0;
  begin
    select s.system_identifier::text into system_identifier from pg_control_system() s;
  exception when others then
    system_identifier := ''; -- refused to this role, or not there: the start must do
  end;
  begin
    wal := pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::bigint;
    timeline := substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8);
  exception when others then
    wal := 0; -- likewise, and while it is a standby
    timeline := '';
  end;
end $$;

-- the server that migrates is the one that the cache knows
insert into server_life
    (relation, database, started_at, system_identifier, timeline, wal, nothing_lost, first_revision)
  select 'server_life'::regclass, (select d.oid from pg_database d where d.datname = current_database()),
         i.started_at, i.system_identifier, i.timeline, i.wal, true, 0
    from server_identity() i;

-- The life in force, and whether it is that of the server which answers.
create function current_life(
  out life bigint, out known boolean, out wal bigint, out system_identifier text,
  out timeline text, out nothing_lost boolean, out first_revision bigint)
language sql stable as $$
  select l.life,
         l.started_at = pg_postmaster_start_time() and l.relation = l.tableoid
           and l.database = (select d.oid from pg_database d where d.datname = current_database()),
         l.wal, l.system_identifier, l.timeline, l.nothing_lost, l.first_revision
    from server_life l order by l.life desc limit 1
$$;

-- what instances of the version before write into system_identifier and timeline says less
alter table cache_epoch
  add column server_started_at timestamptz not null default pg_postmaster_start_time();

-- Has what is written to a server that nobody has recognised wait until an instance has, which its next
-- look does; refuses it after 3 s. To be called before the lock of the epoch is taken, for which the
-- one who recognises the server waits. A process of a server that is known serves it to its end, unless
-- the tables are replaced under it, and remembers that.
create function require_known_server() returns void language plpgsql volatile as $$
begin
  if current_setting('botbot.known_server', true) = 'server_life'::regclass::oid::text then
    return;
  end if;
  for attempt in 1 .. 150 loop
    if (select c.known from current_life() c) then
      perform set_config('botbot.known_server', 'server_life'::regclass::oid::text, false);
      return;
    end if;
    perform pg_sleep(0.02);
  end loop;
  raise exception 'this server of PostgreSQL is not known yet' using errcode = '57P03';
end $$;

-- The next version of what is cached. The caller holds the lock of the epoch, or does without.
create function next_version() returns bigint language plpgsql volatile as $$
begin
  perform require_known_server();
  return nextval('version_seq');
end $$;

-- Records the server that answers, if it is not the one in force or p_lost says that something is
-- missing here all the same; tells whether it did. What an instance has last seen of the server
-- before, all in one look: p_system, p_timeline, p_wal as of server_identity (0 for nothing seen),
-- p_seen_at by the clock of that server, p_version and p_epoch as given by then.
create function recognise_server(
  p_system text, p_timeline text, p_wal bigint, p_seen_at timestamptz, p_version bigint,
  p_epoch bigint, p_lost boolean)
returns boolean language plpgsql volatile as $$
declare
  now_us bigint;
  server record;
  last   record;
  sure   boolean;
  first_revision bigint;
begin
  -- writers hold it shared until they have committed
  perform pg_advisory_xact_lock(x'426f7442'::int, 0);
  select * into server from server_identity();
  select * into last from current_life();
  if last.known and not p_lost then
    return false;
  end if;
  -- A restart, by all that can be seen: the same files on the same timeline, with a log at least as
  -- long as an instance saw it shortly before, of a server that makes each commit last.
  sure := coalesce(not p_lost and not last.known and p_wal > 0 and server.wal >= p_wal
    and server.system_identifier <> '' and server.timeline <> ''
    and server.system_identifier = p_system and server.timeline = p_timeline
    and server.system_identifier = last.system_identifier and server.timeline = last.timeline
    and server.started_at - p_seen_at between interval '0' and interval '1 min'
    and current_setting('synchronous_commit') <> 'off', false);
  if sure then
    first_revision := last.first_revision;
  else
    now_us := (extract(epoch from clock_timestamp()) * 1000000)::bigint;
    -- Unix time is beyond what the lost future gave; should this clock be behind that one, a million
    -- beyond what was seen of it
    perform setval('version_seq',
      greatest(nextval('version_seq'), now_us, p_version + 1000000));
    perform pg_advisory_xact_lock(x'426f7442'::int, 1);
    first_revision := setval('change_revision',
      greatest(nextval('change_revision'), now_us, p_version + 1000000));
    update rate_policy_revision r set revision = greatest(r.revision + 1, now_us);
  end if;
  if last.system_identifier <> server.system_identifier
      and last.system_identifier <> '' and server.system_identifier <> ''
      and (select d.identity from deployment d) <> '' then
    -- a copy of the database on another server, beside which the original may live on
    perform new_deployment_identity();
  end if;
  insert into server_life
      (relation, database, started_at, system_identifier, timeline, wal, nothing_lost,
       first_revision)
    values ('server_life'::regclass,
            (select d.oid from pg_database d where d.datname = current_database()),
            server.started_at, server.system_identifier, server.timeline, server.wal, sure,
            first_revision);
  insert into cache_epoch
      (epoch, run_id, replication_id, system_identifier, timeline, deployment, cause)
    select greatest((extract(epoch from clock_timestamp()) * 1000)::bigint,
                    e.epoch + 1, p_epoch + 1),
           e.run_id, e.replication_id, server.system_identifier, 0,
           (select d.identity from deployment d),
           case when sure then 'PostgreSQL was restarted'
                when p_lost then 'PostgreSQL has lost what it had acknowledged'
                else 'PostgreSQL is not the one of the last epoch' end
      from cache_epoch e order by e.epoch desc limit 1;
  return true;
end $$;

-- The version of a document when this was its latest one; null for what was written before. It makes
-- the entity tag of a version differ from that of a lost one of the same number.
alter table document_versions add column version bigint;
