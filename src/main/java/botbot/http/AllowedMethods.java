package botbot.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which methods a path takes, for {@code Allow}. It is read from the OpenAPI document of the build,
 * which is the list of routes that a native executable has too, when first asked for.
 */
@Singleton
final class AllowedMethods {

  private static final String DOCUMENT = "META-INF/quarkus-generated-openapi-doc.JSON";

  private volatile @Nullable List<Route> routes;

  private record Route(Pattern path, Collection<String> methods) {}

  /**
   * The methods of {@code path} in the form of {@code Allow}; empty where there is no such path.
   */
  String at(String path) {
    TreeSet<String> methods = new TreeSet<>();
    for (Route route : routes()) {
      if (route.path().matcher(path).matches()) {
        methods.addAll(route.methods());
      }
    }
    if (methods.contains("GET")) {
      methods.add("HEAD");
    }
    if (!methods.isEmpty()) {
      methods.add("OPTIONS");
    }
    return String.join(", ", methods);
  }

  private List<Route> routes() {
    List<Route> known = routes;
    if (known == null) {
      known = read();
      routes = known;
    }
    return known;
  }

  private static List<Route> read() {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    try (InputStream document = loader.getResourceAsStream(DOCUMENT)) {
      List<Route> found = new ArrayList<>();
      JsonNode paths = new ObjectMapper().readTree(document).path("paths");
      paths.properties().forEach(path -> found.add(route(path.getKey(), path.getValue())));
      return List.copyOf(found);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static Route route(String template, JsonNode operations) {
    List<String> methods = new ArrayList<>();
    operations.fieldNames().forEachRemaining(name -> methods.add(name.toUpperCase(Locale.ROOT)));
    methods.retainAll(List.of("GET", "PUT", "POST", "DELETE", "PATCH"));
    return new Route(Pattern.compile(template.replaceAll("\\{[^}]*}", "[^/]+") + "/?"), methods);
  }
}
