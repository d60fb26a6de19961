/**
 * The packaged service while PostgreSQL or Redis is away; may use the test harness and nothing of
 * the service.
 */
@NullMarked
package botbot.faults;

import org.jspecify.annotations.NullMarked;
