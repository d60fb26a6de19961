package botbot.http.problem;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * One thing that is wrong with a request.
 *
 * @param field where: a JSON path such as {@code data.items[2]}, or the name of a parameter or
 *     header
 * @param message what is wrong with it, as a sentence for the caller's developer
 */
@RegisterForReflection
public record Violation(String field, String message) {}
