/**
 * What every resource shares of HTTP and JSON: problems, entity tags, preconditions, merge patch,
 * paging. It may use nothing else of this project.
 */
@NullMarked
package botbot.http;

import org.jspecify.annotations.NullMarked;
