package botbot.change;

import botbot.space.Space;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * One change, as an event tells it.
 *
 * @param revision greater than that of every change committed before; the id of the event
 * @param space where; a listener is told of its own alone
 * @param version the version that is in force now; of a deletion, the last one there was
 */
@RegisterForReflection
record Change(
    @JsonIgnore long revision,
    @JsonIgnore Space space,
    ChangeKind kind,
    String key,
    long version,
    boolean deleted) {}
