package botbot.http.openapi;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Schema;

/**
 * What the document says in sentences, from {@code openapi/texts.properties}: by the name of the
 * operation, its parameters as {@code operation.name}, by {@code Schema} and {@code Schema.field}.
 * What many have in common is {@code parameter.name}, or {@code any.name} for fields too.
 */
final class Texts {

  private static final String FILE = "openapi/texts.properties";

  private final Properties texts;

  private Texts(Properties texts) {
    this.texts = texts;
  }

  static Texts load() {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    Properties texts = new Properties();
    try (InputStream file = loader.getResourceAsStream(FILE)) {
      texts.load(new InputStreamReader(file, StandardCharsets.UTF_8));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(FILE, unreadable);
    }
    return new Texts(texts);
  }

  void add(Operation operation) {
    String name = operation.getOperationId();
    operation.setDescription(texts.getProperty(name, operation.getDescription()));
    if (operation.getParameters() != null) {
      operation
          .getParameters()
          .forEach(
              is -> {
                String any = texts.getProperty("any." + is.getName(), is.getDescription());
                String shared = texts.getProperty("parameter." + is.getName(), any);
                is.setDescription(texts.getProperty(name + "." + is.getName(), shared));
              });
    }
  }

  void add(Components components) {
    for (Map.Entry<String, Schema> entry : components.getSchemas().entrySet()) {
      String name = entry.getKey();
      Schema schema = entry.getValue();
      schema.setDescription(texts.getProperty(name, schema.getDescription()));
      if (schema.getProperties() != null) {
        schema
            .getProperties()
            .forEach(
                (field, is) -> {
                  String shared = texts.getProperty("any." + field);
                  String text = texts.getProperty(name + "." + field, shared);
                  if (text != null && is.getDescription() == null && is.getRef() == null) {
                    is.setDescription(text);
                  }
                });
      }
    }
  }
}
