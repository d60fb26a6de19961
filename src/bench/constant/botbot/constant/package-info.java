/** An endpoint that the service has only while it is measured. */
@NullMarked
package botbot.constant;

import org.jspecify.annotations.NullMarked;
