package botbot.document;

import botbot.http.json.Json;
import jakarta.ws.rs.core.EntityTag;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is there now, which a write has to keep to.
 *
 * @param tag none without a live document
 * @param schema null for none
 */
record Current(Optional<EntityTag> tag, @Nullable Json schema) {}
