package botbot.http.problem;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The body of every refusal (RFC 9457).
 *
 * @param type a URI which names the kind of problem; {@code about:blank} where the status says it
 *     all
 * @param title the kind of problem in a few words
 * @param status the HTTP status
 * @param detail what went wrong this time
 * @param instance the path of the request
 * @param members further members, such as {@code violations}
 */
@RegisterForReflection
@JsonPropertyOrder({"type", "title", "status", "detail", "instance"})
public record Problem(
    String type,
    String title,
    int status,
    String detail,
    String instance,
    @JsonAnyGetter @Schema(hidden = true) Map<String, Object> members) {

  /** The media type of a problem. */
  public static final String MEDIA_TYPE = "application/problem+json";

  /**
   * The body of a refusal.
   *
   * @param path of the request; null where it names none, or is not known
   */
  public static Problem of(
      ProblemException refusal, @Nullable String path, @Nullable String requestId) {
    Map<String, Object> members = new LinkedHashMap<>(refusal.members());
    if (requestId != null) {
      members.put("requestId", requestId);
    }
    return new Problem(
        refusal.type(),
        refusal.title(),
        refusal.status(),
        refusal.detail(),
        path == null ? "" : path,
        members);
  }
}
