package botbot.redis;

import io.quarkus.proxy.ProxyConfigurationRegistry;
import io.quarkus.redis.runtime.client.VertxRedisClientFactory;
import io.quarkus.redis.runtime.client.config.RedisClientConfig;
import io.quarkus.redis.runtime.client.config.RedisConfig;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.smallrye.config.SmallRyeConfig;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisClientType;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

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
  }

  /** Whether there are several primaries, each with a part of the hash slots. */
  boolean isCluster() {
    return config.clientType() == RedisClientType.CLUSTER;
  }

  /** Where the one Redis is, if it is one that is reached directly and without TLS. */
  Optional<SocketAddress> plainAddress() {
    return config.hosts().filter(hosts -> hosts.size() == 1).stream()
        .flatMap(Set::stream)
        .filter(host -> "redis".equals(host.getScheme()) && !config.tls().enabled())
        .map(host -> SocketAddress.inetSocketAddress(port(host), host.getHost()))
        .findFirst();
  }

  private static int port(URI host) {
    return host.getPort() < 0 ? DEFAULT_PORT : host.getPort();
  }

  /** A client bound to the event loop it is made on. */
  Redis create() {
    return VertxRedisClientFactory.create("redis", vertx, config, tls, proxies);
  }
}
