-- A sliding session that was put lives a tenth longer than its TTL, as after a read, so that the reads
-- that follow soon need not be written down.

create function lifetime(p_ttl_seconds integer, p_sliding boolean)
returns interval language sql immutable as $$
  select p_ttl_seconds * case when p_sliding then interval '1.1 s' else interval '1 s' end
$$;

-- As V13 has it, but for the lifetime: creates a session or, if p_replace, replaces a live one. What has expired counts as nothing. Stores
-- nothing, and says that nothing was created, where a session lives that must not be replaced.
create or replace function put_session(
  p_space text, p_id text, p_user_id text, p_channel text, p_agent_id text, p_data text,
  p_ttl_seconds integer, p_sliding boolean, p_replace boolean,
  out version bigint, out epoch bigint, out previous_epoch bigint, out now timestamptz,
  out created boolean, out created_at timestamptz)
language plpgsql volatile as $$
declare
  ends timestamptz;
begin
  select w.version, w.epoch, w.previous_epoch, date_trunc('milliseconds', w.now)
    into version, epoch, previous_epoch, now
    from begin_write(p_space, 'sessions', p_id, p_user_id) w;
  ends := now + lifetime(p_ttl_seconds, p_sliding);
  if p_replace then
    update session s
       set user_id = p_user_id, channel = p_channel, agent_id = p_agent_id, data = p_data,
           ttl_seconds = p_ttl_seconds, sliding = p_sliding, version = put_session.version,
           updated_at = now, expires_at = ends
     where s.space = p_space and s.id = p_id and s.expires_at > now
    returning s.created_at into created_at;
    created := not found;
    if not created then
      return;
    end if;
  end if;
  -- it may be expired, and extended at this moment by an access before it was
  insert into session as s (space, id, user_id, channel, agent_id, data, ttl_seconds, sliding,
                            version, created_at, updated_at, expires_at)
    values (p_space, p_id, p_user_id, p_channel, p_agent_id, p_data, p_ttl_seconds, p_sliding,
            version, now, now, ends)
    on conflict (space, id) do update
      set user_id = excluded.user_id, channel = excluded.channel, agent_id = excluded.agent_id,
          data = excluded.data, ttl_seconds = excluded.ttl_seconds, sliding = excluded.sliding,
          version = excluded.version, created_at = excluded.created_at,
          updated_at = excluded.updated_at, expires_at = excluded.expires_at
      where p_replace or s.expires_at <= excluded.updated_at;
  created := found;
  created_at := now;
end $$;
