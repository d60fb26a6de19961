package botbot.http.condition;

import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Answers to writes: the resource as it is now, with its entity tag. To reads: {@link
 * Preconditions}.
 */
public final class Answers {

  private Answers() {}

  /** 200. */
  public static Response.ResponseBuilder changed(Object resource, long version) {
    return tagged(Response.ok(), resource, EntityTags.of(version));
  }

  /** 201 with {@code path} as the {@code Location}. */
  public static Response.ResponseBuilder created(String path, Object resource, long version) {
    return created(path, resource, EntityTags.of(version));
  }

  private static Response.ResponseBuilder created(String path, Object resource, EntityTag tag) {
    return tagged(
        // as text: the framework would put the host before it that the caller named
        Response.status(Response.Status.CREATED).header(HttpHeaders.LOCATION, path), resource, tag);
  }

  /** 201 where there was nothing before, else 200. */
  public static Response.ResponseBuilder written(
      boolean created, String path, Object resource, long version) {
    return written(created, path, resource, EntityTags.of(version));
  }

  /** The same of what has another tag than its version. */
  public static Response.ResponseBuilder written(
      boolean created, String path, Object resource, EntityTag tag) {
    return created ? created(path, resource, tag) : tagged(Response.ok(), resource, tag);
  }

  /** {@code Cache-Control} beside a tag: what compresses the answer would weaken the tag. */
  static String untransformed(@Nullable String cacheControl) {
    return cacheControl == null ? "no-transform" : cacheControl + ", no-transform";
  }

  private static Response.ResponseBuilder tagged(
      Response.ResponseBuilder answer, Object resource, EntityTag tag) {
    fields(tag, answer::header);
    return answer.entity(resource);
  }

  /** The header fields of a resource as it is now. */
  public static void fields(EntityTag tag, BiConsumer<String, String> fields) {
    fields.accept(HttpHeaders.CACHE_CONTROL, untransformed(null));
    fields.accept(HttpHeaders.ETAG, EntityTags.format(tag));
  }
}
