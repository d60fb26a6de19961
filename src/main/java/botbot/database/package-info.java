/**
 * The pools of connections to PostgreSQL: for requests and for what keeps watch, and which
 * connections are thrown away, and when. It uses no other package.
 */
@NullMarked
package botbot.database;

import org.jspecify.annotations.NullMarked;
