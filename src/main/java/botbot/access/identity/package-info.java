/** Whose a key is, and what its owner may do. Of access it uses nothing else. */
@NullMarked
package botbot.access.identity;

import org.jspecify.annotations.NullMarked;
