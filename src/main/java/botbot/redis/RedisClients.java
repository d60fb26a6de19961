package botbot.redis;

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
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Makes clients from the standard {@code quarkus.redis.*} configuration, TLS and all. */
@Singleton
class RedisClients {

  private static final int DEFAULT_PORT = 6379;

  private final Vertx vertx;
  private final RedisClientConfig config;
  private final TlsConfigurationRegistry tls;
  private final ProxyConfigurationRegistry proxies;

  RedisClients(
      Vertx vertx,
      SmallRyeConfig config,
      TlsConfigurationRegistry tls,
      ProxyConfigurationRegistry proxies) {
    this.vertx = vertx;
    this.config =
        config
            .getConfigMapping(RedisConfig.class)
            .clients()
            .get(VertxRedisClientFactory.DEFAULT_CLIENT);
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

  /** Whether there are several primaries, each with a part of the hash slots. */
  boolean isCluster() {
    return config.clientType() == RedisClientType.CLUSTER;
  }

  /** Whether TLS is as a named configuration of {@code quarkus.tls} says. */
  boolean hasTlsConfiguration() {
    return config.tlsConfigurationName().isPresent();
  }

  /** Whether Redis is reached by TLS. */
  boolean usesTls() {
    return config.tls().enabled() || hosts().anyMatch(host -> "rediss".equals(host.getScheme()));
  }

  /** Where the first Redis is that is named, if it is reached over the network. */
  Optional<SocketAddress> address() {
    return hosts()
        .filter(host -> !"unix".equals(host.getScheme()))
        .map(host -> SocketAddress.inetSocketAddress(port(host), host.getHost()))
        .findFirst();
  }

  private Stream<URI> hosts() {
    return config.hosts().stream().flatMap(Set::stream);
  }

  private static int port(URI host) {
    return host.getPort() < 0 ? DEFAULT_PORT : host.getPort();
  }

  /** A client bound to the event loop it is made on. */
  Redis create() {
    return VertxRedisClientFactory.create("redis", vertx, config, tls, proxies);
  }
}
