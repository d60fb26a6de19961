/**
 * What every resource shares of HTTP and JSON: problems, entity tags, preconditions, merge patch,
 * paging. Of this project it may use {@code connection} alone.
 */
@NullMarked
package botbot.http;

import org.jspecify.annotations.NullMarked;
