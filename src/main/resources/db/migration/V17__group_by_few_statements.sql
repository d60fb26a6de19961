-- A group of writes is stored by as many statements as a single one: to begin a statement, with its
-- constraints and triggers, cost more than the write itself. The functions do what those of V15 did,
-- under the same names, so that the version before goes on calling them. Their plans are made once, for
-- arrays of any length, and can but look each key up, however full the tables have become since.

create or replace function note_group(
  p_cache text, p_epoch bigint, p_versions bigint[], p_spaces text[], p_keys text[])
returns void language plpgsql volatile as $$
begin
  insert into outbox_entry (version, space, cache, key, epoch)
  select p_versions[i], p_spaces[i], p_cache, p_keys[i], p_epoch
    from generate_series(1, cardinality(p_keys)) i
   where p_versions[i] is not null;
end $$;

-- Stores those that have a version, whether they are there or not: their keys are locked.
create function store_sessions(
  p_space text[], p_id text[], p_user_id text[], p_channel text[], p_agent_id text[], p_data text[],
  p_ttl_seconds integer[], p_sliding boolean[], p_version bigint[], p_created_at timestamptz[],
  p_updated_at timestamptz, p_expires_at timestamptz[])
returns void language plpgsql volatile as $$
begin
  insert into session (space, id, user_id, channel, agent_id, data, ttl_seconds, sliding,
                       version, created_at, updated_at, expires_at, due_at)
  select p_space[i], p_id[i], p_user_id[i], p_channel[i], p_agent_id[i], p_data[i],
         p_ttl_seconds[i], p_sliding[i], p_version[i], p_created_at[i], p_updated_at,
         p_expires_at[i], p_expires_at[i]
    from generate_series(1, cardinality(p_id)) i
   where p_version[i] is not null
  on conflict (space, id) do update
    set user_id = excluded.user_id, channel = excluded.channel, agent_id = excluded.agent_id,
        data = excluded.data, ttl_seconds = excluded.ttl_seconds, sliding = excluded.sliding,
        version = excluded.version, created_at = excluded.created_at,
        updated_at = excluded.updated_at, expires_at = excluded.expires_at;
end $$;

create function store_preferences(
  p_space text[], p_user_id text[], p_preferences text[], p_version bigint[], p_updated_at timestamptz)
returns void language plpgsql volatile as $$
begin
  insert into user_preferences (space, user_id, preferences, version, updated_at)
  select p_space[i], p_user_id[i], p_preferences[i], p_version[i], p_updated_at
    from generate_series(1, cardinality(p_user_id)) i
   where p_version[i] is not null
  on conflict (space, user_id) do update
    set preferences = excluded.preferences, version = excluded.version,
        updated_at = excluded.updated_at;
end $$;

create or replace function put_sessions(
  p_space text[], p_id text[], p_user_id text[], p_channel text[], p_agent_id text[], p_data text[],
  p_ttl_seconds integer[], p_sliding boolean[], p_replace boolean[])
returns table (
  version bigint, epoch bigint, previous_epoch bigint, now timestamptz,
  busy boolean, created boolean, created_at timestamptz)
language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
declare
  size     integer       := cardinality(p_id);
  firsts   boolean[]     := '{}';
  owners   text[];
  begun    timestamptz[];
  lives    boolean[];
  ends     timestamptz[] := '{}';
  versions bigint[]      := '{}';
  lasts    bigint[]      := '{}'; -- the versions, but of each key only the last
  last     integer;
  locked   boolean;
  live     boolean;
begin
  select e.epoch, e.previous_epoch into epoch, previous_epoch from begin_group() e;
  for i in 1 .. size loop
    firsts[i] := (i = 1 or p_id[i] <> p_id[i - 1] or p_space[i] <> p_space[i - 1])
      and pg_try_advisory_xact_lock(key_lock(p_space[i], 'sessions', p_id[i]));
  end loop;
  select array_agg(s.user_id), array_agg(s.created_at), array_agg(s.expires_at > clock_timestamp())
    into owners, begun, lives
    from generate_series(1, size) i
    left join lateral (
      select l.user_id, l.created_at, l.expires_at
        from session l
       where l.space = p_space[i] and l.id = p_id[i]
         for no key update skip locked) s on firsts[i];
  now := date_trunc('milliseconds', clock_timestamp());
  for i in 1 .. size loop
    if i = 1 or p_id[i] <> p_id[i - 1] or p_space[i] <> p_space[i - 1] then
      last := null;
      locked := firsts[i];
      created_at := begun[i];
      live := coalesce(lives[i], false);
      if locked and created_at is null then
        -- what is there and was skipped is another transaction's
        perform from session s where s.space = p_space[i] and s.id = p_id[i];
        locked := not found;
      elsif locked then
        locked := pg_try_advisory_xact_lock_shared(owner_lock(p_space[i], owners[i]));
      end if;
    end if;
    version := null;
    created := false;
    busy := not locked;
    if not busy and (p_replace[i] or not live) then
      busy := not pg_try_advisory_xact_lock_shared(owner_lock(p_space[i], p_user_id[i]));
      if not busy then
        version := nextval('version_seq');
        if not live then
          created := true;
          live := true;
          created_at := now;
        end if;
        if last is not null then
          lasts[last] := null;
        end if;
        last := i;
      end if;
    end if;
    versions[i] := version;
    lasts[i] := version;
    begun[i] := created_at;
    ends[i] := now + lifetime(p_ttl_seconds[i], p_sliding[i]);
    return next;
  end loop;
  perform store_sessions(p_space, p_id, p_user_id, p_channel, p_agent_id, p_data, p_ttl_seconds,
                         p_sliding, lasts, begun, now, ends);
  perform note_group('sessions', epoch, versions, p_space, p_id);
end $$;

create or replace function put_preferences_of(p_space text[], p_user_id text[], p_preferences text[])
returns table (
  version bigint, epoch bigint, previous_epoch bigint, now timestamptz,
  busy boolean, created boolean)
language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
declare
  size     integer   := cardinality(p_user_id);
  firsts   boolean[] := '{}';
  there    boolean[];
  versions bigint[]  := '{}';
  lasts    bigint[]  := '{}'; -- the versions, but of each key only the last
begin
  select e.epoch, e.previous_epoch into epoch, previous_epoch from begin_group() e;
  for i in 1 .. size loop
    firsts[i] := (i = 1 or p_user_id[i] <> p_user_id[i - 1] or p_space[i] <> p_space[i - 1])
      and pg_try_advisory_xact_lock(key_lock(p_space[i], 'preferences', p_user_id[i]))
      and pg_try_advisory_xact_lock_shared(owner_lock(p_space[i], p_user_id[i]));
  end loop;
  select array_agg(exists (
           select from user_preferences p where p.space = p_space[i] and p.user_id = p_user_id[i]))
    into there
    from generate_series(1, size) i;
  now := date_trunc('milliseconds', clock_timestamp());
  for i in 1 .. size loop
    version := null;
    created := false;
    if i = 1 or p_user_id[i] <> p_user_id[i - 1] or p_space[i] <> p_space[i - 1] then
      busy := not firsts[i];
      created := not busy and not there[i];
    elsif not busy then
      lasts[i - 1] := null;
    end if;
    if not busy then
      version := nextval('version_seq');
    end if;
    versions[i] := version;
    lasts[i] := version;
    return next;
  end loop;
  perform store_preferences(p_space, p_user_id, p_preferences, lasts, now);
  perform note_group('preferences', epoch, versions, p_space, p_user_id);
end $$;

-- Of several changes of one key only the first can be made of what is current; the others are busy.
create or replace function change_sessions(
  p_space text[], p_id text[], p_user_id text[], p_channel text[], p_agent_id text[], p_data text[],
  p_ttl_seconds integer[], p_sliding boolean[], p_lifetime_ms bigint[], p_anew boolean[],
  p_base bigint[], p_base_at timestamptz[])
returns table (
  version bigint, epoch bigint, previous_epoch bigint, now timestamptz,
  busy boolean, created_at timestamptz, expires_at timestamptz)
language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
declare
  size     integer   := cardinality(p_id);
  firsts   boolean[] := '{}';
  owners   text[];
  begun    timestamptz[];
  ends     timestamptz[];
  versions bigint[]  := '{}';
begin
  select e.epoch, e.previous_epoch into epoch, previous_epoch from begin_group() e;
  for i in 1 .. size loop
    firsts[i] := (i = 1 or p_id[i] <> p_id[i - 1] or p_space[i] <> p_space[i - 1])
      and pg_try_advisory_xact_lock(key_lock(p_space[i], 'sessions', p_id[i]));
  end loop;
  select array_agg(s.user_id), array_agg(s.created_at), array_agg(s.expires_at)
    into owners, begun, ends
    from generate_series(1, size) i
    left join lateral (
      select l.user_id, l.created_at, l.expires_at
        from session l
       where l.space = p_space[i] and l.id = p_id[i] and l.version = p_base[i]
         and l.updated_at = p_base_at[i] and l.expires_at > clock_timestamp()
         for no key update skip locked) s on firsts[i];
  now := date_trunc('milliseconds', clock_timestamp());
  for i in 1 .. size loop
    version := null;
    busy := begun[i] is null
      or not pg_try_advisory_xact_lock_shared(owner_lock(p_space[i], owners[i]))
      or not pg_try_advisory_xact_lock_shared(owner_lock(p_space[i], p_user_id[i]));
    if not busy then
      version := nextval('version_seq');
      created_at := begun[i];
      expires_at := now + p_lifetime_ms[i] * interval '1 ms';
      if not p_anew[i] then
        expires_at := greatest(expires_at, ends[i]);
      end if;
      ends[i] := expires_at;
    end if;
    versions[i] := version;
    return next;
  end loop;
  perform store_sessions(p_space, p_id, p_user_id, p_channel, p_agent_id, p_data, p_ttl_seconds,
                         p_sliding, versions, begun, now, ends);
  perform note_group('sessions', epoch, versions, p_space, p_id);
end $$;

create or replace function change_preferences_of(
  p_space text[], p_user_id text[], p_preferences text[], p_base bigint[], p_base_at timestamptz[])
returns table (
  version bigint, epoch bigint, previous_epoch bigint, now timestamptz, busy boolean)
language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
declare
  size     integer   := cardinality(p_user_id);
  firsts   boolean[] := '{}';
  current  boolean[];
  versions bigint[]  := '{}';
begin
  select e.epoch, e.previous_epoch into epoch, previous_epoch from begin_group() e;
  for i in 1 .. size loop
    firsts[i] := (i = 1 or p_user_id[i] <> p_user_id[i - 1] or p_space[i] <> p_space[i - 1])
      and pg_try_advisory_xact_lock(key_lock(p_space[i], 'preferences', p_user_id[i]))
      and pg_try_advisory_xact_lock_shared(owner_lock(p_space[i], p_user_id[i]));
  end loop;
  select array_agg(exists (
           select from user_preferences p
            where p.space = p_space[i] and p.user_id = p_user_id[i] and p.version = p_base[i]
              and p.updated_at = p_base_at[i]))
    into current
    from generate_series(1, size) i;
  now := date_trunc('milliseconds', clock_timestamp());
  for i in 1 .. size loop
    version := null;
    busy := not (firsts[i] and current[i]);
    if not busy then
      version := nextval('version_seq');
    end if;
    versions[i] := version;
    return next;
  end loop;
  perform store_preferences(p_space, p_user_id, p_preferences, versions, now);
  perform note_group('preferences', epoch, versions, p_space, p_user_id);
end $$;
