/**
 * Real servers, packaged instances, faults and load for tests, and the servers of the development
 * command; may use the JDK and test libraries, and nothing of the service.
 */
@NullMarked
package botbot.testing;

import org.jspecify.annotations.NullMarked;
