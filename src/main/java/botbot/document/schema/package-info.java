/**
 * Checks a document against a JSON Schema, within bounds of time and memory whatever the schema
 * asks. Of this service it uses {@code http} alone.
 */
@NullMarked
package botbot.document.schema;

import org.jspecify.annotations.NullMarked;
