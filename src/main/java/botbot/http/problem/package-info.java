/** Refusals in the words of RFC 9457. Of this service it uses nothing. */
@NullMarked
package botbot.http.problem;

import org.jspecify.annotations.NullMarked;
