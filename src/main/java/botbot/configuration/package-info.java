/**
 * What is done with the configuration before anything reads it: secrets are taken as they are
 * given, and all that is wrong is said at once. It uses no other package.
 */
@NullMarked
package botbot.configuration;

import org.jspecify.annotations.NullMarked;
