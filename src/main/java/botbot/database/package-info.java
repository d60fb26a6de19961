/**
 * The pools of connections to PostgreSQL: one for requests, one for what keeps watch. Of this
 * service it uses {@code connection} alone.
 */
@NullMarked
package botbot.database;

import org.jspecify.annotations.NullMarked;
