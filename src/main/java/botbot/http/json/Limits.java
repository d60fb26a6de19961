package botbot.http.json;

import botbot.http.problem.BadInput;
import botbot.http.problem.TooLarge;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How much the service takes. */
@ConfigMapping(prefix = "botbot.limits")
public interface Limits {

  /** The longest request body, and the longest stored document, in bytes of UTF-8. */
  @WithDefault("262144")
  long body();

  /** How deep objects and arrays may be nested in a stored document; a scalar has depth 0. */
  int DEPTH = 100;

  /** Whether {@link #check} lets a document pass. */
  default boolean allow(Json document) {
    return document.bytes() <= body() && document.depth() <= DEPTH;
  }

  /**
   * Refuses a document to be stored that is too long (413) or nested too deep (400), such as the
   * result of a patch. Callers know it as {@code field}.
   */
  default void check(String field, Json document) {
    if (document.bytes() > body()) {
      throw new TooLarge(body());
    }
    if (document.depth() > DEPTH) {
      throw BadInput.tooDeep(field, DEPTH);
    }
  }
}
