package botbot.erasure;

import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Users and spaces that are still to be erased, in all instances together.
 *
 * @param pending how many
 * @param deleted rows that went so far
 * @param oldestAgeMs age of the oldest of them, 0 without one
 */
@RegisterForReflection
@Schema(name = "Erasures")
public record ErasureState(int pending, long deleted, long oldestAgeMs) {}
