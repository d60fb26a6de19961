package botbot.http.condition;

import botbot.http.problem.BadInput;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The {@code If-Match} and {@code If-None-Match} of a request, to be held against the current
 * entity tag in the order of RFC 9110, section 13.2.2. Where a call would be 404 without them it
 * stays 404, so whoever finds nothing to answer or to delete says so before asking here.
 */
public final class Preconditions {

  /** No condition at all. */
  public static final Preconditions NONE = new Preconditions(null, null);

  private final @Nullable Condition ifMatch;
  private final @Nullable Condition ifNoneMatch;

  private Preconditions(@Nullable Condition ifMatch, @Nullable Condition ifNoneMatch) {
    this.ifMatch = ifMatch;
    this.ifNoneMatch = ifNoneMatch;
  }

  /** Reads both headers; a malformed one is a {@link BadInput}. */
  public static Preconditions from(HttpHeaders headers) {
    Condition ifMatch = Condition.from(headers, HttpHeaders.IF_MATCH);
    Condition ifNoneMatch = Condition.from(headers, HttpHeaders.IF_NONE_MATCH);
    return ifMatch == null && ifNoneMatch == null ? NONE : new Preconditions(ifMatch, ifNoneMatch);
  }

  /** Lets a PUT, PATCH or DELETE pass, or throws {@link PreconditionFailed}. */
  public void checkWrite(Optional<EntityTag> current) {
    if (!letPass(current)) {
      throw new PreconditionFailed(current);
    }
  }

  /** Whether they let a PUT, PATCH or DELETE of this version pass. */
  public boolean letPass(EntityTag current) {
    return letPass(Optional.of(current));
  }

  private boolean letPass(Optional<EntityTag> current) {
    return (ifMatch == null || ifMatch.holds(current))
        && (ifNoneMatch == null || !ifNoneMatch.holds(current));
  }

  /**
   * The answer to a GET of something that is there: 200 with {@code body}, or 304 without; both
   * with the tag and the {@code headers}. Throws {@link PreconditionFailed} where {@code If-Match}
   * does not hold.
   */
  public Response answerGet(Object body, EntityTag current, Map<String, String> headers) {
    checkIfMatch(Optional.of(current));
    boolean known = ifNoneMatch != null && ifNoneMatch.holds(Optional.of(current));
    Response.ResponseBuilder answer = known ? Response.notModified() : Response.ok(body);
    headers.forEach(answer::header);
    String own = headers.get(HttpHeaders.CACHE_CONTROL);
    return answer
        .header(HttpHeaders.CACHE_CONTROL, null)
        .header(HttpHeaders.CACHE_CONTROL, Answers.untransformed(own))
        .header(HttpHeaders.ETAG, EntityTags.format(current))
        .build();
  }

  private void checkIfMatch(Optional<EntityTag> current) {
    if (ifMatch != null && !ifMatch.holds(current)) {
      throw new PreconditionFailed(current);
    }
  }

  /** One header's value: {@code *} or a list of tags. */
  private record Condition(boolean any, List<EntityTag> tags) {

    static @Nullable Condition from(HttpHeaders headers, String name) {
      List<String> lines = headers.getRequestHeader(name);
      if (lines == null || lines.isEmpty()) {
        return null;
      }
      String text = String.join(",", lines).strip();
      boolean any = text.equals("*");
      return new Condition(any, any ? List.of() : EntityTags.parse(name, text));
    }

    /** A proxy that compresses weakens a tag: it counts as the strong one that it was. */
    boolean holds(Optional<EntityTag> current) {
      return current.isPresent()
          && (any
              || tags.stream().anyMatch(tag -> tag.getValue().equals(current.get().getValue())));
    }
  }
}
