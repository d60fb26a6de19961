package botbot.http.openapi;

import io.smallrye.openapi.api.SmallRyeOpenAPI;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Serves the OpenAPI document as the build made it, in JSON and in YAML. The framework would parse
 * it and write it in both forms at each start, which took more time than anything else did then:
 * here each is made when it is first asked for, and then kept.
 */
@Singleton
final class DocumentRoute {

  /** {@code quarkus.smallrye-openapi.path}, which an executable does not know when it runs. */
  private static final String PATH = "/q/openapi";

  private static final String DOCUMENT = "META-INF/quarkus-generated-openapi-doc.JSON";

  private enum Form {
    JSON("application/json"),
    YAML("application/yaml");

    private final String type;

    Form(String type) {
      this.type = type;
    }
  }

  private final Vertx vertx;
  private final Map<Form, Buffer> made = new ConcurrentHashMap<>();

  DocumentRoute(Vertx vertx) {
    this.vertx = vertx;
  }

  void register(@Observes Router router) {
    for (String ending : new String[] {"", ".json", ".yaml", ".yml"}) {
      // before the framework's own
      router
          .route(PATH + ending)
          .method(HttpMethod.GET)
          .method(HttpMethod.HEAD)
          .order(-1)
          .handler(this::serve);
    }
  }

  private void serve(RoutingContext context) {
    Form form = form(context);
    Buffer known = made.get(form);
    if (known != null) {
      answer(context, form, known);
      return;
    }
    vertx
        .executeBlocking(() -> made.computeIfAbsent(form, DocumentRoute::make), false)
        .onSuccess(content -> answer(context, form, content))
        .onFailure(context::fail);
  }

  /** As the framework chooses it: by the ending, the parameter "format" or what is accepted. */
  private static Form form(RoutingContext context) {
    String path = context.normalizedPath();
    if (path.endsWith(".json")) {
      return Form.JSON;
    }
    String accepted = context.request().getHeader(HttpHeaders.ACCEPT);
    boolean json =
        "json".equalsIgnoreCase(context.request().getParam("format"))
            || accepted != null && accepted.contains(Form.JSON.type);
    return json && !path.endsWith("ml") ? Form.JSON : Form.YAML;
  }

  /** As the framework's own: one that can scan classes too cannot be part of an executable. */
  private static final class Reader extends SmallRyeOpenAPI.Builder {

    @Override
    public SmallRyeOpenAPI build(boolean keepContext) {
      var context = this.<Object, Object, Object, Object, Object>getContext();
      buildPrepare(context);
      buildStaticModel(context);
      return buildFinalize(context, keepContext);
    }
  }

  private static Buffer make(Form form) {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    try (InputStream document = loader.getResourceAsStream(DOCUMENT)) {
      SmallRyeOpenAPI read =
          new Reader()
              .withApplicationClassLoader(loader)
              .enableModelReader(false)
              .enableStandardStaticFiles(false)
              .enableAnnotationScan(false)
              .enableStandardFilter(false)
              .withCustomStaticFile(() -> document)
              .build();
      return Buffer.buffer(form == Form.JSON ? read.toJSON() : read.toYAML());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void answer(RoutingContext context, Form form, Buffer content) {
    context
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, form.type + ";charset=UTF-8")
        .end(content);
  }
}
