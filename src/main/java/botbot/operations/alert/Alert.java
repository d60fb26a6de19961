package botbot.operations.alert;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** An alert that is on: its name is a heading of the runbook. */
@RegisterForReflection
@Schema(requiredProperties = {"name", "cause", "since"})
public record Alert(String name, String cause, Instant since) {}
