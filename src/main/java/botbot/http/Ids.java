package botbot.http;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Body of a batch read: 1 to 100 ids. */
@RegisterForReflection
public record Ids(@NotNull @Size(min = 1, max = Ids.MAX) List<@NotNull @ValidId String> ids) {

  static final int MAX = 100;

  /** Whether it keeps to the constraints above; which of them it breaks is not said. */
  @Schema(hidden = true)
  public boolean isValid() {
    return ids != null
        && !ids.isEmpty()
        && ids.size() <= MAX
        && ids.stream().allMatch(id -> id != null && ValidId.Validator.isId(id));
  }
}
