package botbot.http;

import botbot.http.json.FieldPath;
import botbot.http.problem.Violation;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Tells query parameters that a call has from misspelt ones: one that is left out may change what
 * the call does.
 */
@Singleton
final class Parameters {

  private final Routes routes;

  @Inject
  Parameters(Routes routes) {
    this.routes = routes;
  }

  /** Which parameters the call does not have, or has but once; none for paths that are unknown. */
  List<Violation> violations(RoutingContext context) {
    String method = context.request().method().name();
    List<Routes.Route> at = routes.at(context.normalizedPath());
    Set<String> known = new HashSet<>();
    boolean taken = false;
    for (Routes.Route route : at) {
      Set<String> names = route.parameters().get(method.equals("HEAD") ? "GET" : method);
      if (names != null) {
        taken = true;
        known.addAll(names);
      }
    }
    return taken ? violations(context, known) : List.of();
  }

  private static List<Violation> violations(RoutingContext context, Set<String> known) {
    List<Violation> violations = new ArrayList<>();
    for (String name : context.queryParams().names()) {
      if (!known.contains(name)) {
        violations.add(new Violation(FieldPath.shown(name), "is no parameter of this call"));
      } else if (context.queryParams().getAll(name).size() > 1) {
        violations.add(new Violation(name, "must be given only once"));
      }
    }
    return violations;
  }
}
