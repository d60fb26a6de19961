package botbot.http.openapi;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.PathItem.HttpMethod;
import org.eclipse.microprofile.openapi.models.info.Contact;
import org.eclipse.microprofile.openapi.models.info.License;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;
import org.eclipse.microprofile.openapi.models.servers.Server;
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

  /** The scheme of what a browser alone can ask. */
  private static final String COOKIE = "cookie";

  private static final Set<String> OPEN = Set.of("startConsoleSession", "endConsoleSession");
  private static final String OF_A_BROWSER = "getConsoleSession";

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
    document.setServers(List.of(server()));
    // the configuration adds title and version
    document.setInfo(OASFactory.createInfo().license(license()).contact(contact()));
    Components components = document.getComponents();
    components.addSecurityScheme(SCHEME, scheme());
    components.addSecurityScheme(COOKIE, cookie());
    Bodies.describe(components);
    Refusals.describe(components);
    AnswerHeaders.describe(components);
    schemas.complete(components);
    Texts texts = Texts.load();
    texts.add(components);
    Examples examples = Examples.load();
    document
        .getPaths()
        .getPathItems()
        .forEach((path, item) -> operations(path, item, components, texts, examples));
  }

  private static void operations(
      String path, PathItem item, Components components, Texts texts, Examples examples) {
    for (Map.Entry<HttpMethod, Operation> entry : item.getOperations().entrySet()) {
      HttpMethod method = entry.getKey();
      Operation operation = entry.getValue();
      secure(operation);
      boolean conditional = Conditions.apply(path, method, operation);
      Creations.add(operation);
      Conditions.add(path, method, operation);
      Refusals.add(path, method, operation);
      Bodies.add(method, operation, components);
      AnswerHeaders.add(operation, conditional);
      Parameters.complete(path, operation);
      texts.add(operation);
      examples.add(operation);
    }
  }

  /** Of the operations whose roles say nothing of it. */
  private static void secure(Operation operation) {
    String name = operation.getOperationId();
    if (OPEN.contains(name)) {
      operation.setSecurity(List.of(OASFactory.createSecurityRequirement()));
    } else if (OF_A_BROWSER.equals(name)) {
      operation.setSecurity(List.of(OASFactory.createSecurityRequirement().addScheme(COOKIE)));
    }
  }

  private static Server server() {
    return OASFactory.createServer().url("/").description("Where this document came from.");
  }

  private static License license() {
    return OASFactory.createLicense()
        .name("All rights reserved")
        .identifier("LicenseRef-All-rights-reserved");
  }

  private static Contact contact() {
    return OASFactory.createContact().name("Those who run this service");
  }

  private static SecurityScheme scheme() {
    return OASFactory.createSecurityScheme()
        .type(SecurityScheme.Type.HTTP)
        .scheme("bearer")
        .description(
            "An API key: that of a client, or the administrator's. One that opens every space"
                + " names the space to work in by the header Botbot-Space; without it, default.");
  }

  private static SecurityScheme cookie() {
    return OASFactory.createSecurityScheme()
        .type(SecurityScheme.Type.APIKEY)
        .in(SecurityScheme.In.COOKIE)
        .name("__Host-botbot")
        .description(
            "What a browser holds of a key while it is signed in to the console, for eight hours at"
                + " most. It counts in every call in place of the key, if the browser says by"
                + " Sec-Fetch-Site, or else by Origin, that a page of this service makes the call.");
  }
}
