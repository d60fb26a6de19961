-- Versions, epochs and the outbox of the cache; sessions; preferences.

-- One sequence versions everything that is cached. CACHE 1: a value taken ahead of its use would
-- break "a later commit has a greater version", on which set-if-newer rests.
create sequence version_seq as bigint cache 1;

-- Each row starts an empty cache: the epoch is part of every cache key. A new one begins when
-- Redis or PostgreSQL is not the one it was (restart, restored backup, promotion), or on request.
-- Its number is the Unix time in milliseconds, so that a restored backup cannot use one again.
create table cache_epoch (
  epoch             bigint      primary key,
  run_id            text        not null,
  replication_id    text        not null,
  system_identifier text        not null,
  timeline          integer     not null,
  cause             text        not null,
  started_at        timestamptz not null default clock_timestamp()
);

-- A committed write that Redis may not know yet. Its writer deletes the row as soon as Redis has
-- confirmed; what is left is replayed by the relay of any instance.
create table outbox (
  version    bigint      primary key,
  cache      text        not null,
  key        text        not null,
  epoch      bigint      not null,
  created_at timestamptz not null default clock_timestamp()
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

create index outbox_created_at on outbox (created_at);

-- Opens a write of one cached key: shuts out a change of epoch, queues behind other writers of the
-- same key until they have committed, and only then takes the version.
-- 0x426f7442 ("BotB") keeps the lock of the epoch apart from the locks of keys.
create function begin_write(
  p_cache text, p_key text,
  out version bigint, out epoch bigint, out previous_epoch bigint, out now timestamptz)
language plpgsql volatile as $$
begin
  perform pg_advisory_xact_lock_shared(x'426f7442'::int, 0);
  perform pg_advisory_xact_lock(hashtextextended(p_cache || ':' || p_key, 0));
  version := nextval('version_seq');
  select e.epoch,
         case when e.started_at > clock_timestamp() - interval '2 s'
              then (select max(p.epoch) from cache_epoch p where p.epoch < e.epoch) end
    into epoch, previous_epoch
    from cache_epoch e order by e.epoch desc limit 1;
  epoch := coalesce(epoch, 0);
  insert into outbox (version, cache, key, epoch) values (version, p_cache, p_key, epoch);
  now := clock_timestamp();
end $$;

create table sessions (
  id          text        primary key,
  user_id     text        not null,
  channel     text,
  agent_id    text,
  data        text        not null,
  ttl_seconds integer     not null check (ttl_seconds between 1 and 2592000),
  sliding     boolean     not null,
  version     bigint      not null,
  created_at  timestamptz not null,
  updated_at  timestamptz not null,
  expires_at  timestamptz not null
);

create index sessions_of_user on sessions (user_id, created_at desc, id desc);
create index sessions_expires_at on sessions (expires_at);

create table preferences (
  user_id     text        primary key,
  preferences text        not null,
  version     bigint      not null,
  updated_at  timestamptz not null
);
