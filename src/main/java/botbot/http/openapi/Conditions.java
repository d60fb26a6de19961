package botbot.http.openapi;

import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem.HttpMethod;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.parameters.Parameter.In;

/**
 * What conditional requests (RFC 9110, section 13) carry, on every operation of a single resource.
 */
final class Conditions {

  private static final Set<HttpMethod> METHODS =
      Set.of(HttpMethod.GET, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE);

  /** Ends of paths that name a single resource without ending in its name. */
  private static final List<String> SINGLE = List.of("}", "/preferences", "/config");

  /** What ends in a name and is no resource with an entity tag. */
  private static final Set<String> NONE = Set.of("/v1/users/{userId}", "/v1/spaces/{name}");

  private Conditions() {}

  /** Whether an operation honours {@code If-Match} and {@code If-None-Match}. */
  static boolean apply(String path, HttpMethod method, Operation operation) {
    boolean single =
        METHODS.contains(method)
            && !NONE.contains(path)
            && SINGLE.stream().anyMatch(path::endsWith)
            && !isList(operation);
    // which writes the next version, as PUT does
    return single || path.endsWith("/rollback");
  }

  static boolean isList(Operation operation) {
    return operation.getParameters() != null
        && operation.getParameters().stream().anyMatch(one -> "limit".equals(one.getName()));
  }

  static void add(String path, HttpMethod method, Operation operation) {
    if (!apply(path, method, operation)) {
      return;
    }
    operation.addParameter(condition("If-Match", "Entity tags one of which must be current, or *"));
    operation.addParameter(
        condition("If-None-Match", "Entity tags none of which may be current, or *"));
    if (method == HttpMethod.GET) {
      operation
          .getResponses()
          .addAPIResponse(
              "304", OASFactory.createAPIResponse().description("If-None-Match names the current"));
    }
  }

  private static Parameter condition(String name, String description) {
    return OASFactory.createParameter()
        .name(name)
        .in(In.HEADER)
        .description(description)
        .schema(OASFactory.createSchema().addType(SchemaType.STRING));
  }
}
