-- Writes whose result was worked out from a version that the writer knows, each by one statement: it
-- begins the write and stores the result if that version is still the one stored. The time of the
-- version is compared too, for a server that was promoted may give a lost version's number again.

-- Changes a live session. It ends p_lifetime_ms from now if its time to live starts anew, else
-- then at the earliest. Stores nothing, and returns no times of the session, if p_base is not its
-- version.
create function change_session(
  p_space text, p_id text, p_user_id text, p_channel text, p_agent_id text, p_data text,
  p_ttl_seconds integer, p_sliding boolean, p_lifetime_ms bigint, p_anew boolean,
  p_base bigint, p_base_at timestamptz,
  out version bigint, out epoch bigint, out previous_epoch bigint, out now timestamptz,
  out created_at timestamptz, out expires_at timestamptz)
language plpgsql volatile as $$
declare
  ends timestamptz;
begin
  select w.version, w.epoch, w.previous_epoch, date_trunc('milliseconds', w.now)
    into version, epoch, previous_epoch, now
    from begin_write(p_space, 'sessions', p_id, p_user_id) w;
  ends := now + p_lifetime_ms * interval '1 ms';
  update session s
     set user_id = p_user_id, channel = p_channel, agent_id = p_agent_id, data = p_data,
         ttl_seconds = p_ttl_seconds, sliding = p_sliding, version = change_session.version,
         updated_at = now,
         expires_at = case when p_anew then ends else greatest(s.expires_at, ends) end
   where s.space = p_space and s.id = p_id and s.version = p_base and s.updated_at = p_base_at
     and s.expires_at > now
  returning s.created_at, s.expires_at into created_at, expires_at;
end $$;

-- Changes the preferences of a user. Stores nothing, and says so, if p_base is not their version.
create function change_preferences(
  p_space text, p_user_id text, p_preferences text, p_base bigint, p_base_at timestamptz,
  out version bigint, out epoch bigint, out previous_epoch bigint, out now timestamptz,
  out changed boolean)
language plpgsql volatile as $$
begin
  select w.version, w.epoch, w.previous_epoch, date_trunc('milliseconds', w.now)
    into version, epoch, previous_epoch, now
    from begin_write(p_space, 'preferences', p_user_id, null) w;
  update user_preferences p
     set preferences = p_preferences, version = change_preferences.version, updated_at = now
   where p.space = p_space and p.user_id = p_user_id and p.version = p_base
     and p.updated_at = p_base_at;
  changed := found;
end $$;
