package botbot.http;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;

/** Body of a batch read: 1 to 100 ids. */
@RegisterForReflection
public record Ids(@NotNull @Size(min = 1, max = 100) List<@NotNull @ValidId String> ids) {}
