/**
 * The pool of connections to PostgreSQL: with which password they are made, which are thrown away,
 * and when. Of this service it uses {@code connection} alone.
 */
@NullMarked
package botbot.database;

import org.jspecify.annotations.NullMarked;
