-- Writes of several callers in one transaction: each is begun and stored as by put_session,
-- put_preferences, change_session or change_preferences, but waits for nobody. Where another
-- transaction holds the key, its row or its owner, the write is busy and nothing of it is stored.
-- Of puts those of one key stand beside each other, in their order: each has its version, and its row
-- in the outbox, and the last one that stores anything is what is stored.

-- The advisory lock of a key: the one that begin_write takes.
create function key_lock(p_space text, p_cache text, p_key text)
returns bigint language sql immutable as $$
  select hashtextextended(p_cache || ':' || p_key,
    case when p_space = 'default' then 0 else hashtextextended(p_space, 1) end)
$$;

-- Shuts out a change of epoch, as begin_write does.
create function begin_group(out epoch bigint, out previous_epoch bigint)
language plpgsql volatile as $$
begin
  perform require_known_server();
  perform pg_advisory_xact_lock_shared(x'426f7442'::int, 0);
  select e.epoch, e.previous_epoch into epoch, previous_epoch from epoch_of_write() e;
end $$;

-- Notes in the outbox what was stored.
create function note_group(
  p_cache text, p_epoch bigint, p_versions bigint[], p_spaces text[], p_keys text[])
returns void language sql volatile as $$
  insert into outbox_entry (version, space, cache, key, epoch)
  select w.version, w.space, p_cache, w.key, p_epoch
    from unnest(p_versions, p_spaces, p_keys) w (version, space, key)
$$;

create function put_sessions(
  p_space text[], p_id text[], p_user_id text[], p_channel text[], p_agent_id text[], p_data text[],
  p_ttl_seconds integer[], p_sliding boolean[], p_replace boolean[])
returns table (
  version bigint, epoch bigint, previous_epoch bigint, now timestamptz,
  busy boolean, created boolean, created_at timestamptz)
language plpgsql volatile as $$
declare
  versions bigint[] := '{}';
  spaces   text[]   := '{}';
  ids      text[]   := '{}';
  size     integer  := cardinality(p_id);
  locked   boolean;
  owner    text;
  there    boolean;
  live     boolean;
  last     integer;
  latest   bigint;
  began_at timestamptz;
begin
  select e.epoch, e.previous_epoch into epoch, previous_epoch from begin_group() e;
  for i in 1 .. size loop
    if i = 1 or p_id[i] <> p_id[i - 1] or p_space[i] <> p_space[i - 1] then
      there := false;
      live := false;
      last := null;
      locked := pg_try_advisory_xact_lock(key_lock(p_space[i], 'sessions', p_id[i]));
      if locked then
        select s.user_id, s.created_at, s.expires_at > clock_timestamp()
          into owner, began_at, live
          from session s
         where s.space = p_space[i] and s.id = p_id[i]
           for no key update skip locked;
        there := found;
        if there then
          locked := pg_try_advisory_xact_lock_shared(owner_lock(p_space[i], owner));
        else
          live := false;
          perform from session s where s.space = p_space[i] and s.id = p_id[i];
          locked := not found;
        end if;
      end if;
    end if;
    version := null;
    created := false;
    busy := not locked;
    if not busy and (p_replace[i] or not live) then
      busy := not pg_try_advisory_xact_lock_shared(owner_lock(p_space[i], p_user_id[i]));
      if not busy then
        version := nextval('version_seq');
        now := date_trunc('milliseconds', clock_timestamp());
        if not live then
          created := true;
          live := true;
          began_at := now;
        end if;
        last := i;
        latest := version;
        versions := versions || version;
        spaces := spaces || p_space[i];
        ids := ids || p_id[i];
      end if;
    end if;
    created_at := began_at;
    if last is not null
       and (i = size or p_id[i] <> p_id[i + 1] or p_space[i] <> p_space[i + 1]) then
      if there then
        update session s
           set user_id = p_user_id[last], channel = p_channel[last], agent_id = p_agent_id[last],
               data = p_data[last], ttl_seconds = p_ttl_seconds[last], sliding = p_sliding[last],
               version = latest, created_at = began_at, updated_at = put_sessions.now,
               expires_at = put_sessions.now + lifetime(p_ttl_seconds[last], p_sliding[last])
         where s.space = p_space[i] and s.id = p_id[i];
      else
        insert into session (space, id, user_id, channel, agent_id, data, ttl_seconds, sliding,
                             version, created_at, updated_at, expires_at)
          values (p_space[i], p_id[i], p_user_id[last], p_channel[last], p_agent_id[last],
                  p_data[last], p_ttl_seconds[last], p_sliding[last], latest, began_at,
                  put_sessions.now,
                  put_sessions.now + lifetime(p_ttl_seconds[last], p_sliding[last]));
      end if;
    end if;
    return next;
  end loop;
  perform note_group('sessions', epoch, versions, spaces, ids);
end $$;

create function put_preferences_of(p_space text[], p_user_id text[], p_preferences text[])
returns table (
  version bigint, epoch bigint, previous_epoch bigint, now timestamptz,
  busy boolean, created boolean)
language plpgsql volatile as $$
declare
  versions bigint[] := '{}';
  spaces   text[]   := '{}';
  users    text[]   := '{}';
  size     integer  := cardinality(p_user_id);
  locked   boolean;
  there    boolean;
begin
  select e.epoch, e.previous_epoch into epoch, previous_epoch from begin_group() e;
  for i in 1 .. size loop
    if i = 1 or p_user_id[i] <> p_user_id[i - 1] or p_space[i] <> p_space[i - 1] then
      locked := pg_try_advisory_xact_lock(key_lock(p_space[i], 'preferences', p_user_id[i]))
        and pg_try_advisory_xact_lock_shared(owner_lock(p_space[i], p_user_id[i]));
      if locked then
        perform from user_preferences p where p.space = p_space[i] and p.user_id = p_user_id[i];
        there := found;
      end if;
    end if;
    version := null;
    created := false;
    busy := not locked;
    if not busy then
      version := nextval('version_seq');
      now := date_trunc('milliseconds', clock_timestamp());
      created := not there;
      versions := versions || version;
      spaces := spaces || p_space[i];
      users := users || p_user_id[i];
      if i = size or p_user_id[i] <> p_user_id[i + 1] or p_space[i] <> p_space[i + 1] then
        update user_preferences p
           set preferences = p_preferences[i], version = put_preferences_of.version,
               updated_at = put_preferences_of.now
         where p.space = p_space[i] and p.user_id = p_user_id[i];
        if not found then
          insert into user_preferences (space, user_id, preferences, version, updated_at)
            values (p_space[i], p_user_id[i], p_preferences[i], version, now);
        end if;
      end if;
      there := true;
    end if;
    return next;
  end loop;
  perform note_group('preferences', epoch, versions, spaces, users);
end $$;

-- A write is busy too if what it was made of is not current any more.
create function change_sessions(
  p_space text[], p_id text[], p_user_id text[], p_channel text[], p_agent_id text[], p_data text[],
  p_ttl_seconds integer[], p_sliding boolean[], p_lifetime_ms bigint[], p_anew boolean[],
  p_base bigint[], p_base_at timestamptz[])
returns table (
  version bigint, epoch bigint, previous_epoch bigint, now timestamptz,
  busy boolean, created_at timestamptz, expires_at timestamptz)
language plpgsql volatile as $$
declare
  versions bigint[] := '{}';
  spaces   text[]   := '{}';
  ids      text[]   := '{}';
  owner    text;
  ends     timestamptz;
begin
  select e.epoch, e.previous_epoch into epoch, previous_epoch from begin_group() e;
  for i in 1 .. cardinality(p_id) loop
    version := null;
    busy := true;
    if pg_try_advisory_xact_lock(key_lock(p_space[i], 'sessions', p_id[i])) then
      select s.user_id into owner
        from session s
       where s.space = p_space[i] and s.id = p_id[i] and s.version = p_base[i]
         and s.updated_at = p_base_at[i] and s.expires_at > clock_timestamp()
         for no key update skip locked;
      if found
         and pg_try_advisory_xact_lock_shared(owner_lock(p_space[i], owner))
         and pg_try_advisory_xact_lock_shared(owner_lock(p_space[i], p_user_id[i])) then
        busy := false;
        version := nextval('version_seq');
        now := date_trunc('milliseconds', clock_timestamp());
        ends := now + p_lifetime_ms[i] * interval '1 ms';
        update session s
           set user_id = p_user_id[i], channel = p_channel[i], agent_id = p_agent_id[i],
               data = p_data[i], ttl_seconds = p_ttl_seconds[i], sliding = p_sliding[i],
               version = change_sessions.version, updated_at = change_sessions.now,
               expires_at = case when p_anew[i] then ends else greatest(s.expires_at, ends) end
         where s.space = p_space[i] and s.id = p_id[i]
        returning s.created_at, s.expires_at into created_at, expires_at;
        versions := versions || version;
        spaces := spaces || p_space[i];
        ids := ids || p_id[i];
      end if;
    end if;
    return next;
  end loop;
  perform note_group('sessions', epoch, versions, spaces, ids);
end $$;

create function change_preferences_of(
  p_space text[], p_user_id text[], p_preferences text[], p_base bigint[], p_base_at timestamptz[])
returns table (
  version bigint, epoch bigint, previous_epoch bigint, now timestamptz, busy boolean)
language plpgsql volatile as $$
declare
  versions bigint[] := '{}';
  spaces   text[]   := '{}';
  users    text[]   := '{}';
begin
  select e.epoch, e.previous_epoch into epoch, previous_epoch from begin_group() e;
  for i in 1 .. cardinality(p_user_id) loop
    version := null;
    busy := true;
    if pg_try_advisory_xact_lock(key_lock(p_space[i], 'preferences', p_user_id[i]))
       and pg_try_advisory_xact_lock_shared(owner_lock(p_space[i], p_user_id[i]))
       and exists (
         select from user_preferences p
          where p.space = p_space[i] and p.user_id = p_user_id[i] and p.version = p_base[i]
            and p.updated_at = p_base_at[i]) then
      busy := false;
      version := nextval('version_seq');
      now := date_trunc('milliseconds', clock_timestamp());
      update user_preferences p
         set preferences = p_preferences[i], version = change_preferences_of.version,
             updated_at = change_preferences_of.now
       where p.space = p_space[i] and p.user_id = p_user_id[i];
      versions := versions || version;
      spaces := spaces || p_space[i];
      users := users || p_user_id[i];
    end if;
    return next;
  end loop;
  perform note_group('preferences', epoch, versions, spaces, users);
end $$;
