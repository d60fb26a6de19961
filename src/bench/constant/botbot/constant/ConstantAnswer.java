package botbot.constant;

import botbot.access.ShortReads;
import botbot.cache.CacheStatus.Outcome;
import botbot.cache.Hits.Hit;
import botbot.http.condition.EntityTags;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/**
 * What any cached read costs: the same way through the service, the same caller and fields, a body
 * of 1 KiB, and nothing to look up.
 */
@Path("/v1/constant/{id}")
@Produces(MediaType.APPLICATION_JSON)
@Singleton
public class ConstantAnswer {

  private static final String JSON = "{\"key\":\"bench\",\"value\":\"" + "x".repeat(950) + "\"}";

  private static final Future<@Nullable Hit> HIT =
      Future.succeededFuture(new Hit(EntityTags.of(1), Buffer.buffer(JSON), Outcome.LOCAL_HIT));

  void register(@Observes Router router, ShortReads reads) {
    reads.answer(router, "/v1/constant/:id", "id", key -> HIT);
  }

  /** The long way, which verifies a key now and then, so that the short one knows it. */
  @GET
  @RolesAllowed("frontend")
  @Operation(hidden = true)
  public String get() {
    return JSON;
  }
}
