-- Which primary of a Redis Cluster has which hash slots, and since which epoch nothing is read of them
-- that was there before: <from>-<to>:<place of the primary in run_id>:<epoch, 0 for this one>, and so on,
-- between blanks. Null without a cluster, and of instances of the version before.
alter table cache_epoch add column parts text;
