-- Alerts to administrators: several instances see a trouble, it is told once.

-- What each instance sees now; a row that is not renewed belongs to an instance that is gone.
create table alert_report (
  name     text        not null,
  instance text        not null,
  cause    text        not null,
  seen_at  timestamptz not null,
  primary key (name, instance)
);

-- The alerts that are on.
create table alert (
  name  text        primary key,
  since timestamptz not null
);

-- What is still to be told, in this order; a row goes when the webhook has taken it.
create table alert_message (
  id       bigint      generated always as identity primary key,
  name     text        not null,
  firing   boolean     not null,
  cause    text        not null,
  instance text        not null,
  at       timestamptz not null,
  attempts integer     not null default 0,
  due      timestamptz not null default clock_timestamp()
);

-- Takes what one instance sees, and answers with the messages this led to. An alert begins with the
-- first report and ends with the last. Names in p_told were told already, while this was out of reach.
create function report_alerts(
  p_instance text, p_names text[], p_causes text[], p_told text[], p_patience interval)
returns setof alert_message
language plpgsql as $$
begin
  -- 0x426f7442 ("BotB"), as for the other locks of this service
  perform pg_advisory_xact_lock(x'426f7442'::int, 7);
  delete from alert_report r
   where r.seen_at < clock_timestamp() - p_patience
      or r.instance = p_instance and r.name <> all(p_names);
  insert into alert_report as r (name, instance, cause, seen_at)
  select n.name, p_instance, n.cause, clock_timestamp()
    from unnest(p_names, p_causes) as n(name, cause)
  on conflict (name, instance) do update set cause = excluded.cause, seen_at = excluded.seen_at;
  delete from alert_message m where m.at < clock_timestamp() - interval '1 day';
  return query
    with begun as (
      insert into alert (name, since)
      select distinct r.name, clock_timestamp() from alert_report r
      on conflict do nothing returning *)
    insert into alert_message (name, firing, cause, instance, at)
    select distinct on (b.name) b.name, true, r.cause, r.instance, b.since
      from begun b join alert_report r on r.name = b.name
     where b.name <> all(p_told)
     order by b.name, r.seen_at
    returning *;
  return query
    with ended as (
      delete from alert a
       where not exists (select from alert_report r where r.name = a.name) returning *)
    insert into alert_message (name, firing, cause, instance, at)
    select e.name, false, 'over', p_instance, clock_timestamp() from ended e
    returning *;
end $$;
