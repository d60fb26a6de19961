package botbot.session;

import botbot.http.json.Json;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A session in a list: as it is by itself, but for the data that the caller left out.
 *
 * @param data absent where the caller asked for the list without
 */
@RegisterForReflection
@Schema(
    description = "A session in a list, without its data where the caller asked for none.",
    requiredProperties = {"channel", "agentId"})
record ListedSession(
    String id,
    String userId,
    @Nullable String channel,
    @Nullable String agentId,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Json data,
    int ttlSeconds,
    boolean sliding,
    long version,
    Instant createdAt,
    Instant updatedAt,
    Instant expiresAt) {

  static ListedSession of(Session session) {
    return new ListedSession(
        session.id(),
        session.userId(),
        session.channel(),
        session.agentId(),
        session.data(),
        session.ttlSeconds(),
        session.sliding(),
        session.version(),
        session.createdAt(),
        session.updatedAt(),
        session.expiresAt());
  }

  static ListedSession of(WithoutData session) {
    return new ListedSession(
        session.id(),
        session.userId(),
        session.channel(),
        session.agentId(),
        null,
        session.ttlSeconds(),
        session.sliding(),
        session.version(),
        session.createdAt(),
        session.updatedAt(),
        session.expiresAt());
  }

  /** The columns of a row but its data, as a query asks for them. */
  @RegisterForReflection
  record WithoutData(
      String id,
      String userId,
      @Nullable String channel,
      @Nullable String agentId,
      int ttlSeconds,
      boolean sliding,
      long version,
      Instant createdAt,
      Instant updatedAt,
      Instant expiresAt) {}
}
