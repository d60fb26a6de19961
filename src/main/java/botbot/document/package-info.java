/**
 * A JSON document with numbered versions, history, rollback and a schema, of which agents and
 * settings are two kinds; {@link botbot.document.Documents} is its door. It uses {@code cache},
 * {@code change}, {@code http} and {@code access}.
 */
@NullMarked
package botbot.document;

import org.jspecify.annotations.NullMarked;
