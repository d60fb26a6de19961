package botbot.http;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How much the service takes. */
@ConfigMapping(prefix = "botbot.limits")
public interface Limits {

  /** The longest request body, and the longest stored document, in bytes of UTF-8. */
  @WithDefault("262144")
  long body();

  /** Refuses a document to be stored that is over the limit, such as the result of a patch. */
  default void check(Json document) {
    if (document.bytes() > body()) {
      throw new TooLarge(body());
    }
  }
}
