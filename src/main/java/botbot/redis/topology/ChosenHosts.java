package botbot.redis.topology;

import botbot.redis.protocol.Host;
import io.quarkus.redis.client.RedisOptionsCustomizer;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives a client that is being made another host than the configured ones; all else, such as TLS
 * and passwords, stays as configured.
 */
@Singleton
final class ChosenHosts implements RedisOptionsCustomizer {

  private record Choice(Host host, boolean withDatabase) {}

  /** What the client is meant for that this thread is making. */
  private final ThreadLocal<@Nullable Choice> choice = new ThreadLocal<>();

  /** Makes a client of this server alone. */
  Redis make(Host host, boolean withDatabase, Supplier<Redis> maker) {
    choice.set(new Choice(host, withDatabase));
    try {
      return maker.get();
    } finally {
      choice.remove();
    }
  }

  @Override
  public void customize(String clientName, RedisOptions options) {
    Choice chosen = choice.get();
    if (chosen != null) {
      List<URI> configured = options.getEndpoints().stream().map(URI::create).toList();
      options.setType(RedisClientType.STANDALONE);
      options.setEndpoints(List.of(address(configured, chosen)));
    }
  }

  /** A host that was learned is addressed like the first that is configured. */
  private static String address(List<URI> configured, Choice chosen) {
    Host host = chosen.host();
    Optional<URI> known = configured.stream().filter(uri -> Host.of(uri).equals(host)).findFirst();
    URI model = known.orElseGet(configured::getFirst);
    return chosen.withDatabase() ? host.wholly(model) : host.like(model);
  }
}
