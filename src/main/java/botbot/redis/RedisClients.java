package botbot.redis;

import io.quarkus.proxy.ProxyConfigurationRegistry;
import io.quarkus.redis.runtime.client.VertxRedisClientFactory;
import io.quarkus.redis.runtime.client.config.RedisClientConfig;
import io.quarkus.redis.runtime.client.config.RedisConfig;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.smallrye.config.SmallRyeConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisCluster;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import jakarta.inject.Singleton;
import java.util.List;

/** Makes clients from the standard {@code quarkus.redis.*} configuration, TLS and all. */
@Singleton
class RedisClients {

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

  /** A client bound to the event loop it is made on. */
  Redis create() {
    return VertxRedisClientFactory.create("redis", vertx, config, tls, proxies);
  }

  /** Asks who answers over a connection; fails if it is not a primary. */
  Future<RedisIdentity> identify(RedisConnection connection) {
    Request info = Request.cmd(Command.INFO);
    Future<List<Response>> primaries =
        isCluster()
            ? RedisCluster.create(connection).onAllMasterNodes(info)
            : connection.send(info).map(List::of);
    return primaries.map(RedisIdentity::of);
  }
}
