package botbot.operations.meter;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.function.ToDoubleFunction;

/**
 * Redis' own figures, named as redis_exporter names them with {@code botbot_} before. Gauges are
 * NaN while Redis does not answer; counters keep their last value.
 */
@Singleton
class RedisMeters {

  private final MeterRegistry registry;
  private final RedisReports reports;

  RedisMeters(MeterRegistry registry, RedisReports reports) {
    this.registry = registry;
    this.reports = reports;
  }

  void register(@Observes StartupEvent event) {
    gauge("memory.used.bytes", "Memory in use", info -> info.number("used_memory"));
    gauge("memory.used.peak.bytes", "Most ever in use", info -> info.number("used_memory_peak"));
    gauge("memory.max.bytes", "maxmemory, 0 without one", info -> info.number("maxmemory"));
    gauge(
        "mem.fragmentation.ratio",
        "Resident memory by memory in use",
        info -> info.number("mem_fragmentation_ratio"));
    gauge("connected.clients", "Connections", info -> info.number("connected_clients"));
    gauge("blocked.clients", "Blocked connections", info -> info.number("blocked_clients"));
    gauge(
        "instantaneous.ops.per.sec",
        "Commands in a second",
        info -> info.number("instantaneous_ops_per_sec"));
    gauge("uptime.in.seconds", "Since its start", info -> info.number("uptime_in_seconds"));
    gauge("connected.slaves", "Replicas", info -> info.number("connected_slaves"));
    gauge("connected.slave.lag.seconds", "Lag of the slowest replica", RedisInfo::replicationLag);
    gauge(
        "instance.primary",
        "1 if the server is a primary, 0 if a replica",
        info -> !info.known() ? Double.NaN : info.text("role").equals("master") ? 1 : 0);
    counter("evicted.keys", "Keys evicted at maxmemory", "evicted_keys");
    counter("expired.keys", "Keys whose time was over", "expired_keys");
    counter("keyspace.hits", "Lookups that found a key", "keyspace_hits");
    counter("keyspace.misses", "Lookups that found none", "keyspace_misses");
    counter("commands.processed", "Commands", "total_commands_processed");
    counter("rejected.connections", "Refused at maxclients", "rejected_connections");
  }

  private void gauge(String name, String description, ToDoubleFunction<RedisInfo> figure) {
    Gauge.builder("botbot.redis." + name, reports, all -> figure.applyAsDouble(all.latest()))
        .description(description)
        .register(registry);
  }

  private void counter(String name, String description, String field) {
    FunctionCounter.builder(
            "botbot.redis." + name,
            reports,
            all -> all.lastKnown().known() ? all.lastKnown().number(field) : 0)
        .description(description)
        .register(registry);
  }
}
