/**
 * What connections to PostgreSQL and to Redis have in common: faults of TLS in words, and passwords
 * that come from files. It uses no other package.
 */
@NullMarked
package botbot.connection;

import org.jspecify.annotations.NullMarked;
