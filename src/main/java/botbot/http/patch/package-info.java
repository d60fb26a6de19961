/**
 * The two forms of PATCH: merge-patch and JSON Patch. Of HTTP it uses {@code json} and {@code
 * problem}.
 */
@NullMarked
package botbot.http.patch;

import org.jspecify.annotations.NullMarked;
