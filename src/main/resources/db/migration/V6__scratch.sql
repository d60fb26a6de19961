-- Temporary data: a value under a key of a namespace, until an instant that never moves.
create table scratch (
  namespace  text        collate "C" not null,
  key        text        collate "C" not null,
  body       text        not null,
  version    bigint      not null,
  expires_at timestamptz not null,
  primary key (namespace, key)
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);

create index scratch_expires_at on scratch (expires_at);
