/** What the OpenAPI document says beyond the signatures; it runs while the application is built. */
@NullMarked
package botbot.http.openapi;

import org.jspecify.annotations.NullMarked;
