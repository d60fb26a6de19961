/**
 * The pools of connections to PostgreSQL: for requests and for what keeps watch, with which
 * password they are made, and which are thrown away, and when. Of this service it uses {@code
 * connection} alone.
 */
@NullMarked
package botbot.database;

import org.jspecify.annotations.NullMarked;
