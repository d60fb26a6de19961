/**
 * The clients of the service, for administrators, and their keys. It uses {@code access} and {@code
 * identity}; nobody depends on it.
 */
@NullMarked
package botbot.access.client;

import org.jspecify.annotations.NullMarked;
