/**
 * What is wrong, and how administrators hear of it: once for all instances. Of operations it uses
 * {@code meter} alone.
 */
@NullMarked
package botbot.operations.alert;

import org.jspecify.annotations.NullMarked;
