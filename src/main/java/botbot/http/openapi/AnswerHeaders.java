package botbot.http.openapi;

import java.util.List;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** Headers which answers of some operations carry. */
final class AnswerHeaders {

  /** Reads that pass the cache. */
  private static final List<String> CACHED =
      List.of(
          "getSession",
          "getPreferences",
          "getPreference",
          "getAgent",
          "getSetting",
          "getScratch",
          "batchGetSessions",
          "batchGetAgents",
          "batchGetSettings");

  /** Checks that report what is left. */
  private static final List<String> CHECKS = List.of("checkRate", "peekRate");

  private AnswerHeaders() {}

  static void add(Operation operation) {
    String name = operation.getOperationId();
    if (CACHED.contains(name)) {
      header(operation, "200", "Cache-Status", "How the cache served this (RFC 9211): redis; hit");
    }
    if (CHECKS.contains(name)) {
      for (String status : List.of("200", "429")) {
        header(operation, status, "RateLimit-Policy", "The limits: \"chat\";q=100;w=60");
        header(operation, status, "RateLimit", "What is left of them: \"chat\";r=99;t=5");
      }
      header(operation, "429", "Retry-After", "Seconds; absent if the check can never pass");
    }
    if (!name.equals("createClient")) {
      header(operation, "201", "Location", "Where the new resource is");
    }
    if (name.equals("getScratch")) {
      header(operation, "200", "Expires", "When the value ends");
    }
  }

  private static void header(Operation operation, String status, String name, String description) {
    APIResponse response = operation.getResponses().getAPIResponse(status);
    if (response != null && response.getRef() == null) {
      response.addHeader(
          name,
          OASFactory.createHeader()
              .description(description)
              .schema(OASFactory.createSchema().addType(SchemaType.STRING)));
    }
  }
}
