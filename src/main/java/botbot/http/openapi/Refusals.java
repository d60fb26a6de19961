package botbot.http.openapi;

import botbot.http.problem.Problem;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem.HttpMethod;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;

/** The refusals which every operation shares, each described once. */
final class Refusals {

  private static final String PROBLEM = "#/components/schemas/Problem";
  private static final String QUOTA = "#/components/schemas/QuotaExceeded";

  private static final Map<Integer, String> MEANINGS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry(
                  400, "The request breaks the contract; violations name the fields to blame"),
              Map.entry(401, "No API key, or an unknown one"),
              Map.entry(403, "The key lacks the role, or opens another space"),
              Map.entry(404, "There is no such thing"),
              Map.entry(406, "The Accept header leaves out JSON"),
              Map.entry(412, "If-Match or If-None-Match does not hold"),
              Map.entry(413, "The body or the document is over the limit"),
              Map.entry(414, "The path and query are too long"),
              Map.entry(415, "The body is of another content type"),
              Map.entry(429, "A limit is reached"),
              Map.entry(503, "What is needed to answer is away or overloaded")));

  private Refusals() {}

  static void describe(Components components) {
    components.addSchema(
        "Violation",
        object("What is wrong with one field.")
            .addProperty("field", text("A path in the body, or a parameter or header."))
            .addProperty("message", text("What is wrong with it."))
            .required(List.of("field", "message")));
    components.addSchema("Problem", problem());
    MEANINGS.forEach(
        (status, meaning) -> components.addResponse(name(status), refusal(status, meaning)));
  }

  /**
   * Every refusal that an operation can meet, in the order of their statuses; its own words stay.
   */
  static void add(String path, HttpMethod method, Operation operation) {
    APIResponses responses = operation.getResponses();
    boolean body = operation.getRequestBody() != null;
    boolean list = Conditions.isList(operation);
    boolean creates = responses.hasAPIResponse("201");
    boolean parameters = operation.getParameters() != null && !operation.getParameters().isEmpty();
    offer(responses, 400, true);
    // the framework's words for these two say less
    responses.removeAPIResponse("401");
    responses.removeAPIResponse("403");
    offer(responses, 401, true);
    offer(responses, 403, true);
    boolean ofNothingYet = creates || path.endsWith("/check");
    offer(
        responses,
        404,
        path.contains("{") && !ofNothingYet && (!list || path.endsWith("/versions")));
    offer(responses, 406, true);
    offer(responses, 412, Conditions.apply(path, method, operation));
    offer(responses, 413, body);
    offer(responses, 414, parameters);
    offer(responses, 415, body);
    offer(responses, 429, true);
    offer(responses, 503, true);
    sort(responses);
  }

  private static void offer(APIResponses responses, int status, boolean possible) {
    String code = Integer.toString(status);
    APIResponse own = responses.getAPIResponse(code);
    if (possible && own == null) {
      responses.addAPIResponse(code, OASFactory.createAPIResponse().ref(name(status)));
    }
  }

  private static void sort(APIResponses responses) {
    Map<String, APIResponse> sorted = new TreeMap<>(responses.getAPIResponses());
    sorted.replaceAll(
        (code, response) ->
            code.compareTo("400") >= 0 && response.getContent() == null && response.getRef() == null
                ? refusal(Integer.parseInt(code), response.getDescription())
                : response);
    responses.setAPIResponses(sorted);
  }

  private static String name(int status) {
    return "Problem" + status;
  }

  private static APIResponse refusal(int status, String description) {
    APIResponse response =
        OASFactory.createAPIResponse()
            .description(description)
            .content(
                OASFactory.createContent()
                    .addMediaType(
                        Problem.MEDIA_TYPE,
                        OASFactory.createMediaType()
                            .schema(
                                OASFactory.createSchema().ref(status == 429 ? QUOTA : PROBLEM))));
    AnswerHeaders.add(response, "X-Request-Id", "RateLimit", "RateLimit-Policy");
    switch (status) {
      case 401 -> AnswerHeaders.add(response, "WWW-Authenticate");
      case 412 -> response.addHeader("ETag", OASFactory.createHeader().ref("CurrentETag"));
      case 415 -> AnswerHeaders.add(response, "Accept-Patch");
      case 429 -> AnswerHeaders.add(response, "Retry-After", "Cache-Control");
      case 503 -> AnswerHeaders.add(response, "Retry-After");
      default -> {}
    }
    return response;
  }

  private static Schema problem() {
    return object("RFC 9457. Further members depend on the type.")
        .addProperty("type", text("A URI which names the kind of problem.").format("uri-reference"))
        .addProperty("title", text("The kind of problem in a few words."))
        .addProperty(
            "status",
            OASFactory.createSchema()
                .addType(SchemaType.INTEGER)
                .format("int32")
                .minimum(BigDecimal.valueOf(400)))
        .addProperty("detail", text("What went wrong this time."))
        .addProperty("instance", text("The path of the request.").format("uri-reference"))
        .addProperty("requestId", text("The X-Request-Id of the answer."))
        .addProperty(
            "violations",
            OASFactory.createSchema()
                .addType(SchemaType.ARRAY)
                .items(OASFactory.createSchema().ref("#/components/schemas/Violation")))
        .required(List.of("type", "title", "status", "detail", "instance", "requestId"))
        .additionalPropertiesBoolean(true)
        .addExample(example());
  }

  private static Map<String, Object> example() {
    Map<String, Object> problem = new LinkedHashMap<>();
    problem.put("type", "about:blank");
    problem.put("title", "Bad Request");
    problem.put("status", 400);
    problem.put("detail", "The request is not valid: see violations.");
    problem.put("instance", "/v1/sessions");
    problem.put("requestId", "3f9c1c2a-1k");
    Map<String, Object> violation = new TreeMap<>();
    violation.put("field", "userId");
    violation.put("message", "must not be null");
    problem.put("violations", List.of(violation));
    return problem;
  }

  private static Schema object(String description) {
    return OASFactory.createSchema().addType(SchemaType.OBJECT).description(description);
  }

  private static Schema text(String description) {
    return OASFactory.createSchema().addType(SchemaType.STRING).description(description);
  }
}
