package botbot.http;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.TreeSet;

/** Which methods a path takes, for {@code Allow}. */
@Singleton
final class AllowedMethods {

  private final Routes routes;

  @Inject
  AllowedMethods(Routes routes) {
    this.routes = routes;
  }

  /**
   * The methods of {@code path} in the form of {@code Allow}; empty where there is no such path.
   */
  String at(String path) {
    TreeSet<String> methods = new TreeSet<>();
    routes.at(path).forEach(route -> methods.addAll(route.parameters().keySet()));
    if (methods.contains("GET")) {
      methods.add("HEAD");
    }
    if (!methods.isEmpty()) {
      methods.add("OPTIONS");
    }
    return String.join(", ", methods);
  }
}
