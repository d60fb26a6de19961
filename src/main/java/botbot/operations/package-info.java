/**
 * Keeping the service running: the schema, and the status with its last quarter of an hour. It uses
 * {@code erasure}, {@code access}, {@code cache}, {@code redis}, {@code database} and {@code http};
 * nobody depends on it.
 */
@NullMarked
package botbot.operations;

import org.jspecify.annotations.NullMarked;
