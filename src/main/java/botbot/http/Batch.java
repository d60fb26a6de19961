package botbot.http;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/** The answer to a batch read: what was found, in the order asked. */
@RegisterForReflection
public record Batch<T>(List<T> items) {}
