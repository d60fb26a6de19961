package botbot.operations.alert;

import java.time.Instant;

/**
 * What administrators are told.
 *
 * @param name of the alert, its heading in the runbook
 * @param firing whether it began, or is over
 * @param instance that noticed first
 */
record AlertMessage(String name, boolean firing, String cause, String instance, Instant at) {

  String state() {
    return firing ? "firing" : "resolved";
  }

  /** One line for people. */
  String text() {
    return firing
        ? "[FIRING] %s: %s (seen by %s at %s; what to do: RUNBOOK.md#%s)"
            .formatted(name, cause, instance, at, name)
        : "[RESOLVED] %s (at %s)".formatted(name, at);
  }

  /** The template with its placeholders replaced, as text within JSON strings. */
  String json(String template) {
    return template
        .replace("{name}", escape(name))
        .replace("{state}", state())
        .replace("{instance}", escape(instance))
        .replace("{at}", at.toString())
        .replace("{cause}", escape(cause))
        .replace("{text}", escape(text()));
  }

  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> escaped.append('\\').append(c);
        default -> escaped.append(c < ' ' ? "\\u%04x".formatted((int) c) : c);
      }
    }
    return escaped.toString();
  }
}
