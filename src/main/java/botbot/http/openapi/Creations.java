package botbot.http.openapi;

import java.util.Set;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** The 201 of every write that creates what is not there yet: it looks like the 200. */
final class Creations {

  private static final Set<String> OPERATIONS =
      Set.of(
          "putSession",
          "putPreferences",
          "patchPreferences",
          "putPreference",
          "putAgent",
          "putSetting",
          "putScratch",
          "putRatePolicy");

  private Creations() {}

  static void add(Operation operation) {
    if (!OPERATIONS.contains(operation.getOperationId())) {
      return;
    }
    Content content = OASFactory.createContent();
    APIResponse replaced = operation.getResponses().getAPIResponse("200");
    replaced
        .getContent()
        .getMediaTypes()
        .forEach(
            (type, is) ->
                content.addMediaType(type, OASFactory.createMediaType().schema(is.getSchema())));
    operation
        .getResponses()
        .addAPIResponse(
            "201", OASFactory.createAPIResponse().description("Created").content(content));
  }
}
