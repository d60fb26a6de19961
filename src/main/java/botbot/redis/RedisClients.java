package botbot.redis;

import io.quarkus.proxy.ProxyConfigurationRegistry;
import io.quarkus.redis.runtime.client.VertxRedisClientFactory;
import io.quarkus.redis.runtime.client.config.RedisClientConfig;
import io.quarkus.redis.runtime.client.config.RedisConfig;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.smallrye.config.SmallRyeConfig;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import jakarta.inject.Singleton;
import java.util.function.Supplier;

/** Makes clients from the standard {@code quarkus.redis.*} configuration, TLS and all. */
@Singleton
class RedisClients implements Supplier<Redis> {

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

  /** A client bound to the event loop it is made on. */
  @Override
  public Redis get() {
    return VertxRedisClientFactory.create("redis", vertx, config, tls, proxies);
  }
}
