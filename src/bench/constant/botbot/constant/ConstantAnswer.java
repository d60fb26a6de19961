package botbot.constant;

import botbot.access.ShortReads;
import botbot.cache.CacheStatus.Outcome;
import botbot.cache.Hits.Hit;
import botbot.http.condition.EntityTags;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * What any cached read costs: the same way through the service, the same caller and fields, a body
 * of 1 KiB, and nothing to look up.
 */
@Singleton
final class ConstantAnswer {

  private static final Future<@Nullable Hit> HIT =
      Future.succeededFuture(
          new Hit(
              EntityTags.of(1),
              Buffer.buffer("{\"key\":\"bench\",\"value\":\"" + "x".repeat(950) + "\"}"),
              Outcome.LOCAL_HIT));

  void register(@Observes Router router, ShortReads reads) {
    reads.answer(router, "/v1/constant/:id", "id", key -> HIT);
  }
}
