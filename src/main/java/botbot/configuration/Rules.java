package botbot.configuration;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What each setting may be: every one of this service, and those of the framework it needs. */
final class Rules {

  private static final Duration MS = Duration.ofMillis(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);
  private static final Rule SHORT = new Rule.Time(MS, MINUTE);
  private static final Rule LONG = new Rule.Time(MS, HOUR);
  private static final Rule DAYS = new Rule.Time(MS, DAY);
  private static final Rule PAUSE = new Rule.Time(Duration.ZERO, MINUTE);
  private static final Rule MANY = new Rule.Whole(1, 100_000_000);
  private static final Rule SOME = new Rule.Whole(1, 100_000);
  private static final Rule FLAG = new Rule.Flag();
  private static final Rule FILE = new Rule.ReadableFile();

  /** By key, in alphabetical order. */
  static final SortedMap<String, Rule> ALL =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("botbot.admin-key", new Rule.Key()),
              Map.entry("botbot.alerts.memory", new Rule.Share()),
              Map.entry("botbot.alerts.outbox-age", DAYS),
              Map.entry("botbot.alerts.patience", DAYS),
              Map.entry("botbot.alerts.resolve-after", DAYS),
              Map.entry("botbot.alerts.retry", SHORT),
              Map.entry("botbot.alerts.template", new Rule.Text()),
              Map.entry("botbot.alerts.timeout", LONG),
              Map.entry("botbot.alerts.webhook-url", new Rule.Urls(Set.of("http", "https"))),
              Map.entry("botbot.cache.idle-look", SHORT),
              Map.entry("botbot.cache.lease", SHORT),
              Map.entry("botbot.cache.load-wait", SHORT),
              Map.entry("botbot.cache.loads", SOME),
              Map.entry("botbot.cache.look", SHORT),
              Map.entry("botbot.cache.look-age", SHORT),
              Map.entry("botbot.cache.negative-ttl", DAYS),
              Map.entry("botbot.cache.outbox-bound", MANY),
              Map.entry("botbot.cache.replay-age", SHORT),
              Map.entry("botbot.cache.ttl", new Rule.Time(MS, Duration.ofDays(30))),
              Map.entry("botbot.cache.write-wait", SHORT),
              Map.entry("botbot.changes.heartbeat", LONG),
              Map.entry("botbot.changes.patience", LONG),
              Map.entry("botbot.changes.poll", SHORT),
              Map.entry("botbot.cleaner.batch", SOME),
              Map.entry("botbot.cleaner.grace", DAYS),
              Map.entry("botbot.cleaner.interval", DAYS),
              Map.entry("botbot.cleaner.pause", PAUSE),
              Map.entry("botbot.connections.body-timeout", LONG),
              Map.entry("botbot.connections.head-timeout", LONG),
              Map.entry("botbot.erasure.batch", SOME),
              Map.entry("botbot.erasure.interval", LONG),
              Map.entry("botbot.erasure.pause", PAUSE),
              Map.entry("botbot.erasure.retry", LONG),
              Map.entry("botbot.console.enabled", FLAG),
              Map.entry("botbot.limits.body", new Rule.Whole(1, 16 * 1024 * 1024)),
              Map.entry("botbot.migrate-at-start", FLAG),
              Map.entry("botbot.migrate-only", FLAG),
              Map.entry("botbot.migration.first-delay", LONG),
              Map.entry("botbot.migration.max-delay", LONG),
              Map.entry("botbot.near-cache.fresh", SHORT),
              Map.entry("botbot.near-cache.load-wait", SHORT),
              Map.entry("botbot.near-cache.loads", SOME),
              Map.entry("botbot.near-cache.patience", SHORT),
              Map.entry("botbot.near-cache.size", MANY),
              Map.entry("botbot.postgres.password-file", FILE),
              Map.entry("botbot.rate.batch", SOME),
              Map.entry("botbot.rate.denial-memory", PAUSE),
              Map.entry("botbot.rate.denials", MANY),
              Map.entry("botbot.rate.local-subjects", MANY),
              Map.entry("botbot.rate.merge-interval", SHORT),
              Map.entry("botbot.rate.policy-refresh", SHORT),
              Map.entry("botbot.rate.policy-wait", SHORT),
              Map.entry("botbot.rate.waiting", MANY),
              Map.entry("botbot.redis.connect-timeout", SHORT),
              Map.entry("botbot.redis.deadline", SHORT),
              Map.entry("botbot.redis.idle-probe", SHORT),
              Map.entry("botbot.redis.info", LONG),
              Map.entry("botbot.redis.password-file", FILE),
              Map.entry("botbot.redis.probe", SHORT),
              Map.entry("botbot.redis.reconnect.max", LONG),
              Map.entry("botbot.redis.reconnect.min", LONG),
              Map.entry("botbot.redis.slow", LONG),
              Map.entry("quarkus.datasource.jdbc.url", new Rule.Jdbc()),
              Map.entry("quarkus.http.port", new Rule.Whole(0, 65_535)),
              Map.entry("quarkus.redis.hosts", new Rule.Urls(Set.of("redis", "rediss", "unix")))));

  private Rules() {}
}
