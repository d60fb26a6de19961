-- Documents that are read by all and changed rarely: agents and settings.

-- What is in force. A row stays when its document is deleted: it goes on counting versions.
create table documents (
  kind       text        not null,
  key        text        collate "C" not null,
  number     bigint      not null,
  content    text        not null,
  schema     text,
  updated_at timestamptz not null,
  updated_by text        not null,
  deleted    boolean     not null,
  -- what the cache compares by; number is what callers see
  version    bigint      not null,
  primary key (kind, key)
);

-- Every version there ever was.
create table document_versions (
  kind       text        not null,
  key        text        collate "C" not null,
  number     bigint      not null,
  content    text        not null,
  schema     text,
  updated_at timestamptz not null,
  updated_by text        not null,
  -- by whom and when the document was deleted while this was its latest version
  deleted_at timestamptz,
  deleted_by text,
  primary key (kind, key, number)
);
