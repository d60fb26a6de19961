package botbot.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The paths of the contract, what methods they take and with which query parameters. They are read
 * from the OpenAPI document of the build, which a native executable has too, when first asked for.
 */
@Singleton
final class Routes {

  private static final String DOCUMENT = "META-INF/quarkus-generated-openapi-doc.JSON";
  private static final Set<String> METHODS = Set.of("GET", "PUT", "POST", "DELETE", "PATCH");

  private volatile @Nullable List<Route> routes;

  /**
   * A path of the contract.
   *
   * @param parameters the names of its query parameters by method
   */
  record Route(Pattern path, Map<String, Set<String>> parameters) {}

  /** Those that {@code path} may mean: none, one, or one beside a more general one. */
  List<Route> at(String path) {
    return all().stream().filter(route -> route.path().matcher(path).matches()).toList();
  }

  private List<Route> all() {
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

  private static Route route(String template, JsonNode item) {
    Map<String, Set<String>> parameters = new TreeMap<>();
    for (Map.Entry<String, JsonNode> operation : item.properties()) {
      String method = operation.getKey().toUpperCase(Locale.ROOT);
      if (METHODS.contains(method)) {
        Set<String> names = new HashSet<>();
        addQuery(names, item.path("parameters"));
        addQuery(names, operation.getValue().path("parameters"));
        parameters.put(method, Set.copyOf(names));
      }
    }
    return new Route(Pattern.compile(template.replaceAll("\\{[^}]*}", "[^/]+")), parameters);
  }

  private static void addQuery(Set<String> names, JsonNode parameters) {
    for (JsonNode parameter : parameters) {
      if (parameter.path("in").asText().equals("query")) {
        names.add(parameter.path("name").asText());
      }
    }
  }
}
