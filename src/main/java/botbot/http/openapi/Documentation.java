package botbot.http.openapi;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.PathItem.HttpMethod;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;
import org.jboss.jandex.IndexView;

/**
 * Adds to the document what holds of every resource, so that no resource has to say it: how to
 * authenticate, which refusals there are, what conditional requests and their answers carry, and an
 * example of every body.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class Documentation implements OASFilter {

  /** The name of the security scheme, as the configuration has it for the roles. */
  private static final String SCHEME = "bearer";

  private final Schemas schemas;

  /** The framework gives the index of the application's classes. */
  public Documentation(IndexView index) {
    schemas = new Schemas(index);
  }

  @Override
  public void filterOpenAPI(OpenAPI document) {
    if (document.getComponents() == null || document.getPaths() == null) {
      return;
    }
    document.getComponents().addSecurityScheme(SCHEME, scheme());
    schemas.complete(document.getComponents());
    Refusals.describe(document.getComponents());
    Examples examples = Examples.load();
    document.getPaths().getPathItems().forEach((path, item) -> operations(path, item, examples));
  }

  private static void operations(String path, PathItem item, Examples examples) {
    for (Map.Entry<HttpMethod, Operation> entry : item.getOperations().entrySet()) {
      Operation operation = entry.getValue();
      Creations.add(operation);
      Conditions.add(path, entry.getKey(), operation);
      Refusals.add(path, entry.getKey(), operation);
      AnswerHeaders.add(operation);
      examples.add(operation);
    }
  }

  private static SecurityScheme scheme() {
    return OASFactory.createSecurityScheme()
        .type(SecurityScheme.Type.HTTP)
        .scheme("bearer")
        .description("An API key: that of a client, or the administrator's.");
  }
}
