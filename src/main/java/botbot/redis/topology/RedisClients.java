package botbot.redis.topology;

import botbot.redis.protocol.Host;
import io.quarkus.proxy.ProxyConfigurationRegistry;
import io.quarkus.redis.runtime.client.VertxRedisClientFactory;
import io.quarkus.redis.runtime.client.config.RedisClientConfig;
import io.quarkus.redis.runtime.client.config.RedisConfig;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.smallrye.config.SmallRyeConfig;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisClientType;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes clients from the standard {@code quarkus.redis.*} configuration, TLS and all. Each is bound
 * to the event loop it is made on.
 */
@Singleton
public class RedisClients {

  /** The name in the examples of Redis Sentinel. */
  private static final String USUAL_PRIMARY = "mymaster";

  private final Vertx vertx;
  private final RedisClientConfig config;
  private final ChosenHosts chosen;
  private final TlsConfigurationRegistry tls;
  private final ProxyConfigurationRegistry proxies;

  RedisClients(
      Vertx vertx,
      SmallRyeConfig config,
      ChosenHosts chosen,
      TlsConfigurationRegistry tls,
      ProxyConfigurationRegistry proxies) {
    this.vertx = vertx;
    this.config =
        Objects.requireNonNull(
            config
                .getConfigMapping(RedisConfig.class)
                .clients()
                .get(VertxRedisClientFactory.DEFAULT_CLIENT));
    this.chosen = chosen;
    this.tls = tls;
    this.proxies = proxies;
    this.config
        .tlsConfigurationName()
        .filter(name -> tls.get(name).isEmpty())
        .ifPresent(RedisClients::noSuchTls);
  }

  private static void noSuchTls(String name) {
    throw new ConfigurationException(
        "QUARKUS_REDIS_TLS_CONFIGURATION_NAME is \"%s\", and no setting begins with QUARKUS_TLS_%s_."
            .formatted(name, name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_")));
  }

  RedisClientType type() {
    return config.clientType();
  }

  /** Whether there are several primaries, each with a part of the hash slots. */
  public boolean isCluster() {
    return type() == RedisClientType.CLUSTER;
  }

  /** The configured hosts: of servers, of nodes of a cluster, or of sentinels. */
  List<Host> named() {
    return config.hosts().stream()
        .flatMap(Set::stream)
        .filter(address -> address.getHost() != null)
        .map(Host::of)
        .toList();
  }

  /** By which name the sentinels know the primary. */
  String primaryName() {
    return config.masterName().orElse(USUAL_PRIMARY);
  }

  /** Whether TLS is as a named configuration of {@code quarkus.tls} says. */
  boolean hasTlsConfiguration() {
    return config.tlsConfigurationName().isPresent();
  }

  /** Whether Redis is reached by TLS. */
  public boolean usesTls() {
    return config.tls().enabled() || hosts().anyMatch(host -> "rediss".equals(host.getScheme()));
  }

  /** Where the first Redis is that is named, if it is reached over the network. */
  public Optional<SocketAddress> address() {
    return hosts()
        .filter(host -> host.getHost() != null)
        .map(Host::of)
        .map(host -> SocketAddress.inetSocketAddress(host.port(), host.name()))
        .findFirst();
  }

  private Stream<URI> hosts() {
    return config.hosts().stream().flatMap(Set::stream);
  }

  /** A client as it is configured. */
  Redis create() {
    return VertxRedisClientFactory.create("redis", vertx, config, tls, proxies);
  }

  /** A client of this server alone. */
  public Redis server(Host host) {
    return chosen.make(host, !isCluster(), this::create);
  }

  /** A client of this sentinel, which has no databases. */
  Redis sentinel(Host host) {
    return chosen.make(host, false, this::create);
  }
}
