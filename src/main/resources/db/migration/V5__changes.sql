-- The stream of changes: which agents, settings and rate policies changed, in the order of their
-- commits. Rows are kept, as are the versions they speak of, so that any listener can catch up.

create sequence change_revision as bigint cache 1;

create table changes (
  revision   bigint      primary key,
  kind       text        not null,
  key        text        not null,
  version    bigint      not null,
  deleted    boolean     not null,
  changed_at timestamptz not null default clock_timestamp()
);

-- Notes a change, within the transaction that makes it. Revisions are given under one lock, held
-- to the commit: whoever has seen one will never see a smaller one appear.
-- 0x426f7442 ("BotB") keeps the lock apart from those of keys.
create function record_change(p_kind text, p_key text, p_version bigint, p_deleted boolean)
returns void language plpgsql volatile as $$
begin
  perform pg_advisory_xact_lock(x'426f7442'::int, 1);
  insert into changes (revision, kind, key, version, deleted)
    values (nextval('change_revision'), p_kind, p_key, p_version, p_deleted);
end $$;
