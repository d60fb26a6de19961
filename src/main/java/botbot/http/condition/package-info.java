/**
 * Entity tags, preconditions, and answers that carry tags. Of HTTP it uses {@code problem} alone.
 */
@NullMarked
package botbot.http.condition;

import org.jspecify.annotations.NullMarked;
