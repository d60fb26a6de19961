package botbot.document;

import botbot.http.json.Json;
import jakarta.ws.rs.core.EntityTag;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a write depends on.
 *
 * @param tag the current entity tag; none without a live document
 * @param schema what content must keep to; null for nothing
 */
record InForce(Optional<EntityTag> tag, @Nullable Json schema) {}
