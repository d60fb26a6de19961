package botbot.http.openapi;

import botbot.http.Problem;
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
              Map.entry(403, "The key lacks the role"),
              Map.entry(404, "There is no such thing"),
              Map.entry(406, "The Accept header leaves out JSON"),
              Map.entry(409, "There is one already"),
              Map.entry(412, "If-Match or If-None-Match does not hold"),
              Map.entry(413, "The body or the document is over the limit"),
              Map.entry(415, "The body is of another content type"),
              Map.entry(422, "The content breaks its schema; violations say where"),
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
        (status, meaning) -> components.addResponse(name(status), refusal(status, components)));
  }

  /**
   * Every refusal that an operation can meet, in the order of their statuses; its own words stay.
   */
  static void add(String path, HttpMethod method, Operation operation) {
    APIResponses responses = operation.getResponses();
    boolean body = operation.getRequestBody() != null;
    boolean creates = responses.hasAPIResponse("201");
    boolean parameters = operation.getParameters() != null && !operation.getParameters().isEmpty();
    offer(responses, 400, body || parameters);
    offer(responses, 401, true);
    offer(responses, 403, true);
    offer(responses, 404, path.contains("{") && !creates && !Conditions.isList(operation));
    offer(responses, 406, true);
    offer(responses, 412, Conditions.apply(path, method, operation));
    offer(responses, 413, body);
    offer(responses, 415, body);
    offer(responses, 429, true);
    offer(responses, 503, true);
    sort(responses);
  }

  private static void offer(APIResponses responses, int status, boolean possible) {
    String code = Integer.toString(status);
    APIResponse own = responses.getAPIResponse(code);
    if (possible && (own == null || own.getContent() == null)) {
      responses.addAPIResponse(code, OASFactory.createAPIResponse().ref(name(status)));
    }
  }

  private static void sort(APIResponses responses) {
    Map<String, APIResponse> sorted = new TreeMap<>(responses.getAPIResponses());
    sorted.replaceAll(
        (code, response) ->
            code.compareTo("400") >= 0 && response.getContent() == null && response.getRef() == null
                ? OASFactory.createAPIResponse().ref(name(Integer.parseInt(code)))
                : response);
    responses.setAPIResponses(sorted);
  }

  private static String name(int status) {
    return "Problem" + status;
  }

  private static APIResponse refusal(int status, Components components) {
    boolean quota = status == 429 && components.getSchemas().containsKey("QuotaExceeded");
    APIResponse response =
        OASFactory.createAPIResponse()
            .description(MEANINGS.get(status))
            .content(
                OASFactory.createContent()
                    .addMediaType(
                        Problem.MEDIA_TYPE,
                        OASFactory.createMediaType()
                            .schema(OASFactory.createSchema().ref(quota ? QUOTA : PROBLEM))));
    switch (status) {
      case 401 -> header(response, "WWW-Authenticate", "Bearer");
      case 412 -> header(response, "ETag", "The current entity tag, if there is a resource");
      case 429 -> header(response, "Retry-After", "Seconds; absent if the call can never pass");
      case 503 -> header(response, "Retry-After", "Seconds");
      default -> {}
    }
    return response;
  }

  private static void header(APIResponse response, String name, String description) {
    response.addHeader(
        name,
        OASFactory.createHeader()
            .description(description)
            .schema(OASFactory.createSchema().addType(SchemaType.STRING)));
  }

  private static Schema problem() {
    return object("RFC 9457. Further members depend on the type.")
        .addProperty("type", text("A URI which names the kind of problem.").format("uri"))
        .addProperty("title", text("The kind of problem in a few words."))
        .addProperty(
            "status", OASFactory.createSchema().addType(SchemaType.INTEGER).format("int32"))
        .addProperty("detail", text("What went wrong this time."))
        .addProperty("instance", text("The path of the request."))
        .addProperty("requestId", text("The X-Request-Id of the answer."))
        .addProperty(
            "violations",
            OASFactory.createSchema()
                .addType(SchemaType.ARRAY)
                .items(OASFactory.createSchema().ref("#/components/schemas/Violation")))
        .required(List.of("type", "title", "status", "detail", "instance"))
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
