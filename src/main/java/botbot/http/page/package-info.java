/**
 * Lists and batches in parts, and the cursors between them. Of HTTP it uses {@code problem} alone.
 */
@NullMarked
package botbot.http.page;

import org.jspecify.annotations.NullMarked;
