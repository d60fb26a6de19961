/**
 * What every request meets on its way in and every refusal on its way out. It may use its inner
 * rooms but {@code openapi} and {@code wire}, and {@code connection}.
 */
@NullMarked
package botbot.http;

import org.jspecify.annotations.NullMarked;
