package botbot.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The paths of the contract, what methods they take and with which query parameters. They are read
 * from the OpenAPI document of the build, which a native executable has too, when first asked for.
 */
@Singleton
final class Routes {

  private static final String DOCUMENT = "META-INF/quarkus-generated-openapi-doc.JSON";
  private static final Set<String> METHODS = Set.of("GET", "PUT", "POST", "DELETE", "PATCH");

  /** What stands for a parameter of a path. */
  private static final String ANY = "{}";

  /** By the number of their segments. */
  private volatile @Nullable Map<Integer, List<Route>> routes;

  /**
   * A path of the contract.
   *
   * @param template as the document has it
   * @param segments the same, its parameters being {@link #ANY}
   * @param parameters the names of its query parameters by method
   */
  record Route(String template, List<String> segments, Map<String, Set<String>> parameters) {

    private boolean matches(String path) {
      int at = 0;
      for (String segment : segments) {
        int start = at + 1;
        if (start >= path.length() || path.charAt(at) != '/') {
          return false;
        }
        int next = path.indexOf('/', start);
        at = next < 0 ? path.length() : next;
        if (at == start || !segment.equals(ANY) && !isAt(path, start, at, segment)) {
          return false;
        }
      }
      return at == path.length();
    }

    private static boolean isAt(String path, int from, int to, String segment) {
      return segment.length() == to - from && path.startsWith(segment, from);
    }
  }

  /** Those that {@code path} may mean: none, one, or one before a more general one. */
  List<Route> at(String path) {
    return candidates(path).stream().filter(route -> route.matches(path)).toList();
  }

  /** The template of the one that {@code path} means; null for none. */
  @Nullable String template(String path) {
    for (Route route : candidates(path)) {
      if (route.matches(path)) {
        return route.template();
      }
    }
    return null;
  }

  private List<Route> candidates(String path) {
    int segments = 0;
    for (int at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
      segments++;
    }
    return all().getOrDefault(segments, List.of());
  }

  private Map<Integer, List<Route>> all() {
    Map<Integer, List<Route>> known = routes;
    if (known == null) {
      known = read();
      routes = known;
    }
    return known;
  }

  private static Map<Integer, List<Route>> read() {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    try (InputStream document = loader.getResourceAsStream(DOCUMENT)) {
      List<Route> found = new ArrayList<>();
      JsonNode paths = new ObjectMapper().readTree(document).path("paths");
      paths.properties().forEach(path -> found.add(route(path.getKey(), path.getValue())));
      found.sort(Comparator.comparingInt(route -> Collections.frequency(route.segments(), ANY)));
      return found.stream().collect(Collectors.groupingBy(route -> route.segments().size()));
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
    String[] segments = template.substring(1).replaceAll("\\{[^}]*}", ANY).split("/");
    return new Route(template, List.of(segments), parameters);
  }

  private static void addQuery(Set<String> names, JsonNode parameters) {
    for (JsonNode parameter : parameters) {
      if (parameter.path("in").asText().equals("query")) {
        names.add(parameter.path("name").asText());
      }
    }
  }
}
