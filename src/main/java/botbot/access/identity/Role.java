package botbot.access.identity;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Arrays;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What a caller may do. */
@Schema(
    name = "Role",
    enumeration = {Role.FRONTEND_NAME, Role.ADMIN_NAME, Role.METRICS_NAME},
    description = "frontend: serve bots; admin: everything; metrics: read /q/metrics.")
@RegisterForReflection
public enum Role {
  /** Sessions, preferences, scratch, rate checks; reads agents and settings. */
  FRONTEND(Role.FRONTEND_NAME),
  /** Everything. */
  ADMIN(Role.ADMIN_NAME),
  /** Reads the metrics, and nothing else. */
  METRICS(Role.METRICS_NAME);

  /** For {@code @RolesAllowed}. */
  public static final String FRONTEND_NAME = "frontend";

  /** For {@code @RolesAllowed}. */
  public static final String ADMIN_NAME = "admin";

  /** For {@code @RolesAllowed}. */
  public static final String METRICS_NAME = "metrics";

  private final String text;

  Role(String text) {
    this.text = text;
  }

  /** The role of that name. */
  public static Role of(String text) {
    return Arrays.stream(values()).filter(role -> role.text.equals(text)).findFirst().orElseThrow();
  }

  /** The roles which this one includes, itself among them. */
  List<Role> implied() {
    return this == ADMIN ? List.of(values()) : List.of(this);
  }

  @Override
  @JsonValue
  public String toString() {
    return text;
  }
}
