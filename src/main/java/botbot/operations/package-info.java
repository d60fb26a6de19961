/**
 * Keeping the service running: the schema, health, meters, alerts, status. It may use every other
 * package.
 */
@NullMarked
package botbot.operations;

import org.jspecify.annotations.NullMarked;
