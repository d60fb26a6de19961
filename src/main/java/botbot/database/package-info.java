/**
 * The pool of connections to PostgreSQL: which are thrown away, and when. It uses no other package.
 */
@NullMarked
package botbot.database;

import org.jspecify.annotations.NullMarked;
