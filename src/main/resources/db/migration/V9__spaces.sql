-- Spaces: what belongs to one is unknown in every other. What exists becomes space `default`.
--
-- The tables get new names, and the old names become views of the default space: an instance of the
-- version before, which knows nothing of spaces, goes on with the default space during a rolling
-- update and never sees another one. A later migration drops the views.

-- A short identity of this installation, at the start of its keys in Redis, so that two of them can
-- share one Redis. The keys of an installation that is there already stay as they are, since
-- instances of both versions work with them during the update; see new_deployment_identity.
create table deployment (
  only_row boolean primary key default true check (only_row),
  identity text    not null
);

insert into deployment (identity)
  select case when exists (select from cache_epoch) then ''
              else substr(replace(gen_random_uuid()::text, '-', ''), 1, 8) end;

alter table cache_epoch add column deployment text not null default '';

-- Gives this installation another identity: its rate counters start afresh, and with the next epoch
-- its cache. For a copy of a database that works with the same Redis as its original.
create function new_deployment_identity() returns text language plpgsql volatile as $$
declare
  fresh text := substr(replace(gen_random_uuid()::text, '-', ''), 1, 8);
begin
  update deployment set identity = fresh;
  -- every instance reads the policies anew, and the identity with them
  update rate_policy_revision set revision = revision + 1;
  return fresh;
end $$;

alter table sessions          rename to session;
alter table preferences       rename to user_preferences;
alter table documents         rename to document;
alter table document_versions rename to document_version;
alter table changes           rename to change;
alter table scratch           rename to scratch_value;
alter table rate_policy       rename to policy;
alter table clients           rename to client;
alter table client_keys       rename to client_key;
alter table outbox            rename to outbox_entry;

alter table session          add column space text collate "C" not null default 'default';
alter table user_preferences add column space text collate "C" not null default 'default';
alter table document         add column space text collate "C" not null default 'default';
alter table document_version add column space text collate "C" not null default 'default';
alter table change           add column space text collate "C" not null default 'default';
alter table scratch_value    add column space text collate "C" not null default 'default';
alter table policy           add column space text collate "C" not null default 'default';
alter table outbox_entry     add column space text collate "C" not null default 'default';
-- a client's name is unique among all spaces; '*' is for those that may work in every one
alter table client           add column space text collate "C" not null default 'default';

alter table session          drop constraint sessions_pkey,
                             add constraint session_pkey primary key (space, id);
alter table user_preferences drop constraint preferences_pkey,
                             add constraint user_preferences_pkey primary key (space, user_id);
alter table document         drop constraint documents_pkey,
                             add constraint document_pkey primary key (space, kind, key);
alter table document_version drop constraint document_versions_pkey,
                             add constraint document_version_pkey
                               primary key (space, kind, key, number);
alter table scratch_value    drop constraint scratch_pkey,
                             add constraint scratch_value_pkey primary key (space, namespace, key);
alter table policy           drop constraint rate_policy_pkey,
                             add constraint policy_pkey primary key (space, name);

drop index sessions_of_user;
create index session_of_user on session (space, user_id, created_at desc, id desc);
create index change_of_space on change (space, revision);
create index client_of_space on client (space, name);

-- the cleaners of the version before address rows by ctid
create view sessions as
  select id, user_id, channel, agent_id, data, ttl_seconds, sliding, version, created_at,
         updated_at, expires_at, ctid
    from session where space = 'default';
create view preferences as
  select user_id, preferences, version, updated_at from user_preferences where space = 'default';
create view documents as
  select kind, key, number, content, schema, updated_at, updated_by, deleted, version
    from document where space = 'default';
create view document_versions as
  select kind, key, number, content, schema, updated_at, updated_by, deleted_at, deleted_by
    from document_version where space = 'default';
create view changes as
  select revision, kind, key, version, deleted, changed_at from change where space = 'default';
create view scratch as
  select namespace, key, body, version, expires_at, ctid
    from scratch_value where space = 'default';
create view rate_policy as
  select name, tier, endpoint, max_units, window_ms, algorithm, on_outage, shadow, enabled, version
    from policy where space = 'default';
create view clients as
  select name, roles, tier, version, created_at from client where space = 'default';
create view client_keys as
  select id, client, hash, expires_at from client_key k
   where exists (select from client c where c.name = k.client and c.space = 'default');
create view outbox as
  select version, cache, key, epoch, created_at from outbox_entry where space = 'default';

-- The advisory lock of all that a user owns in a space.
create function owner_lock(p_space text, p_owner text)
returns bigint language sql immutable as $$
  select hashtextextended(p_owner, hashtextextended(p_space, 2))
$$;

-- The lock under which clients of a space are made, shared, or its erasure begins.
create function space_lock(p_space text)
returns bigint language sql immutable as $$
  select hashtextextended(p_space, 3)
$$;

-- The epoch in force, 0 before the first, and the one before while others may still be reading it.
create function epoch_of_write()
returns table (epoch bigint, previous_epoch bigint) language sql stable as $$
  select coalesce(e.epoch, 0),
         case when e.started_at > clock_timestamp() - interval '2 s'
              then (select max(p.epoch) from cache_epoch p where p.epoch < e.epoch) end
    from (select) always
    left join lateral (
      select l.epoch, l.started_at from cache_epoch l order by l.epoch desc limit 1) e on true
$$;

-- Opens a write of one cached key: shuts out a change of epoch, queues behind other writers of the
-- same key until they have committed, and only then takes the version. All that a user owns can be
-- deleted at once: that waits for writes that have begun, and writes that begin later wait for it.
-- p_owner is the owner of a session that may be created, else null.
create function begin_write(
  p_space text, p_cache text, p_key text, p_owner text,
  out version bigint, out epoch bigint, out previous_epoch bigint, out now timestamptz)
language plpgsql volatile as $$
declare
  owner text;
begin
  perform require_known_server();
  perform pg_advisory_xact_lock_shared(x'426f7442'::int, 0);
  -- in the default space the lock that instances of the version before take
  perform pg_advisory_xact_lock(hashtextextended(p_cache || ':' || p_key,
    case when p_space = 'default' then 0 else hashtextextended(p_space, 1) end));
  if p_cache = 'preferences' then
    perform pg_advisory_xact_lock_shared(owner_lock(p_space, p_key));
  elsif p_cache = 'sessions' then
    select s.user_id into owner from session s where s.space = p_space and s.id = p_key;
    if owner is not null then
      perform pg_advisory_xact_lock_shared(owner_lock(p_space, owner));
    end if;
    if p_owner is distinct from owner and p_owner is not null then
      perform pg_advisory_xact_lock_shared(owner_lock(p_space, p_owner));
    end if;
  end if;
  version := nextval('version_seq');
  select e.epoch, e.previous_epoch into epoch, previous_epoch from epoch_of_write() e;
  insert into outbox_entry (version, space, cache, key, epoch)
    values (version, p_space, p_cache, p_key, epoch);
  now := clock_timestamp();
end $$;

-- for instances of the version before
create or replace function begin_write(
  p_cache text, p_key text,
  out version bigint, out epoch bigint, out previous_epoch bigint, out now timestamptz)
language plpgsql volatile as $$
begin
  select w.version, w.epoch, w.previous_epoch, w.now
    into version, epoch, previous_epoch, now
    from begin_write('default', p_cache, p_key, null) w;
end $$;

-- Opens the deletion of all that a user owns: shuts out a change of epoch, waits for writes of it
-- that have begun, and makes later ones wait.
create function begin_deletion(
  p_space text, p_owner text, out epoch bigint, out previous_epoch bigint, out now timestamptz)
language plpgsql volatile as $$
begin
  perform require_known_server();
  perform pg_advisory_xact_lock_shared(x'426f7442'::int, 0);
  perform pg_advisory_xact_lock(owner_lock(p_space, p_owner));
  select e.epoch, e.previous_epoch into epoch, previous_epoch from epoch_of_write() e;
  now := clock_timestamp();
end $$;

create function record_change(
  p_space text, p_kind text, p_key text, p_version bigint, p_deleted boolean)
returns void language plpgsql volatile as $$
begin
  perform require_known_server();
  perform pg_advisory_xact_lock(x'426f7442'::int, 1);
  insert into change (revision, space, kind, key, version, deleted)
    values (nextval('change_revision'), p_space, p_kind, p_key, p_version, p_deleted);
end $$;

-- What is to be erased for good: a whole space, or what is left of a user in Redis. A row goes when
-- that is done; until then any instance takes it up again.
create table erasure (
  id           bigint      generated always as identity primary key,
  space        text        collate "C" not null,
  user_id      text, -- null for the whole space
  version      bigint      not null default next_version(), -- what is later stays
  revision     bigint      not null default 0, -- likewise, of the stream of changes
  deleted      bigint      not null default 0, -- rows so far
  step         integer     not null default 1, -- which table it is at
  after        text[]      not null default '{"",""}', -- the last key there that was looked at
  requested_at timestamptz not null default clock_timestamp()
);

create unique index erasure_of_space on erasure (space) where user_id is null;

-- Erases some of a space's rows that are not later than the request; rest tells whether there are
-- more. It goes through one table after the other by key, from where it was: what is deleted but not
-- yet vacuumed is not walked through again. Rows that were written meanwhile are left for the next
-- round. Agents and settings are only deleted here, as a call would: what instances hold in memory
-- must first be seen to be gone.
create function erase_some(
  p_erasure bigint, p_limit integer, out deleted integer, out rest boolean)
language plpgsql volatile as $$
declare
  job erasure;
  last text[];
begin
  deleted := 0;
  rest := true;
  select * into job from erasure e where e.id = p_erasure for update skip locked;
  if not found then
    return;
  end if;
  -- what a crash undoes is erased again; the end of it all waits for the disk
  perform set_config('synchronous_commit', 'off', true);
  -- a writer that holds a row goes first: this batch is tried again
  perform set_config('lock_timeout', '100ms', true);
  loop
    case job.step
      when 1 then
        with gone as (
          delete from session where ctid = any(array(
            select s.ctid from session s
             where s.space = job.space and s.id > job.after[1] and s.version <= job.version
             order by s.id limit p_limit))
          returning id)
        select count(*), array[max(id), ''] into deleted, last from gone;
      when 2 then
        with gone as (
          delete from user_preferences where ctid = any(array(
            select p.ctid from user_preferences p
             where p.space = job.space and p.user_id > job.after[1] and p.version <= job.version
             order by p.user_id limit p_limit))
          returning user_id)
        select count(*), array[max(user_id), ''] into deleted, last from gone;
      when 3 then
        with gone as (
          delete from scratch_value where ctid = any(array(
            select v.ctid from scratch_value v
             where v.space = job.space and (v.namespace, v.key) > (job.after[1], job.after[2])
               and v.version <= job.version
             order by v.namespace, v.key limit p_limit))
          returning namespace, key)
        select count(*) over (), array[namespace, key] into deleted, last
          from gone order by namespace desc, key desc limit 1;
      when 4 then
        update document d set deleted = true, version = next_version()
         where d.ctid = any(array(
          select o.ctid from document o
           where o.space = job.space and o.version <= job.version and not o.deleted
           limit p_limit));
        get diagnostics deleted = row_count;
        last := job.after;
      when 5 then
        delete from change where ctid = any(array(
          select c.ctid from change c where c.space = job.space and c.revision <= job.revision
           order by c.revision limit p_limit));
        get diagnostics deleted = row_count;
        last := job.after;
      else
        rest := exists (select from session s where s.space = job.space and s.version <= job.version)
          or exists (select from user_preferences p
                      where p.space = job.space and p.version <= job.version)
          or exists (select from scratch_value v
                      where v.space = job.space and v.version <= job.version)
          or exists (select from document d
                      where d.space = job.space and d.version <= job.version and not d.deleted);
        if not rest then
          return;
        end if;
        job.step := 0;
    end case;
    deleted := coalesce(deleted, 0);
    exit when deleted > 0 or job.step = 0;
    job.step := job.step + 1;
    job.after := '{"",""}';
  end loop;
  update erasure e
     set deleted = e.deleted + erase_some.deleted,
         step = greatest(job.step, 1),
         after = case when job.step = 0 then '{"",""}' else last end
   where e.id = p_erasure;
end $$;

-- The last step: removes some of the documents of a space that are deleted, with their history; how
-- many rows that were.
create function erase_deleted_documents(p_space text, p_limit integer)
returns integer language plpgsql volatile as $$
declare
  removed integer;
begin
  delete from document where ctid = any(array(
    select d.ctid from document d where d.space = p_space and d.deleted
     limit p_limit for update skip locked));
  get diagnostics removed = row_count;
  if removed = 0 then
    delete from document_version where ctid = any(array(
      select v.ctid from document_version v
       where v.space = p_space and not exists (
         select from document d where d.space = v.space and d.kind = v.kind and d.key = v.key)
       limit p_limit for update skip locked));
    get diagnostics removed = row_count;
  end if;
  return removed;
end $$;
