/**
 * Keeping the service running: the schema and the status. It may use every other package; nobody
 * depends on it.
 */
@NullMarked
package botbot.operations;

import org.jspecify.annotations.NullMarked;
