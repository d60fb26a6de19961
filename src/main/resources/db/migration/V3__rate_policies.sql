-- limits, and whom they are for; see botbot.ratelimit.Policy for the units and bounds
create table rate_policy (
  name       varchar(128) primary key,
  tier       varchar(128) not null,
  endpoint   varchar(128) not null,
  max_units  bigint       not null check (max_units between 1 and 1000000000),
  window_ms  bigint       not null check (window_ms between 100 and 2678400000),
  algorithm  varchar(32)  not null check (algorithm in ('SLIDING_WINDOW', 'EXACT')),
  on_outage  varchar(32)  not null check (on_outage in ('LOCAL', 'ALLOW', 'DENY')),
  shadow     boolean      not null,
  enabled    boolean      not null,
  version    bigint       not null
);

-- one row, counted up and locked by every change: it gives versions in the order of commits, and
-- every instance asks it a few times a second whether anything has changed
create table rate_policy_revision (
  only_row boolean primary key default true check (only_row),
  revision bigint  not null
);

insert into rate_policy_revision (revision) values (0);
