/**
 * JSON that stays as it was sent, its limits, and what is said of JSON that is not valid. Of HTTP
 * it uses {@code problem} alone.
 */
@NullMarked
package botbot.http.json;

import org.jspecify.annotations.NullMarked;
