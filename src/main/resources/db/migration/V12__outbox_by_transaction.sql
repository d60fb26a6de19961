-- Rows of the outbox are deleted a moment after they were written, but while a dump or a report holds
-- an old snapshot PostgreSQL must keep them all. Looks and replays begin where the last look saw that
-- every transaction before had ended and left nothing, so that they do not walk through them.
alter table outbox_entry add column transaction bigint not null default 0;
alter table outbox_entry
  alter column transaction set default pg_current_xact_id()::text::bigint;

drop index outbox_created_at;
create index outbox_entry_transaction on outbox_entry (transaction);
