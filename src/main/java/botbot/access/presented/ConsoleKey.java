package botbot.access.presented;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The key with which a browser signs in.
 *
 * @param key of a client or the administrator's, at most 1024 characters: it must fit in a cookie
 */
@RegisterForReflection
record ConsoleKey(
    @NotNull @NotEmpty @Size(max = MAX) @Schema(required = true, examples = "dev-admin-key")
        String key) {

  static final int MAX = 1024;

  @Override
  public String toString() {
    return "a key";
  }
}
