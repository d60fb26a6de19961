package botbot.change;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Arrays;

/** What it is that changed: the name of the event too. */
@RegisterForReflection
public enum ChangeKind {
  AGENT("agent"),
  SETTING("setting"),
  RATE_POLICY("rate-policy");

  private final String text;

  ChangeKind(String text) {
    this.text = text;
  }

  static ChangeKind of(String text) {
    return Arrays.stream(values()).filter(kind -> kind.text.equals(text)).findFirst().orElseThrow();
  }

  /** The kind as callers see it, and as it is stored. */
  @Override
  @JsonValue
  public String toString() {
    return text;
  }
}
