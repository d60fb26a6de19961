-- Clients of the service and the hashes of their API keys.

create table clients (
  name       text        primary key,
  roles      text        not null, -- names in their order, separated by commas
  tier       text,
  version    bigint      not null,
  created_at timestamptz not null default clock_timestamp()
);

-- A client has one key that lasts, and after a rotation with grace older ones that end.
create table client_keys (
  id         text        primary key, -- part of the key, and no secret
  client     text        not null references clients (name) on delete cascade,
  hash       bytea       not null,    -- SHA-256 of the whole key
  expires_at timestamptz
);

create index client_keys_of_client on client_keys (client);
