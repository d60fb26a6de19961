package botbot.http.openapi;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.headers.Header;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** The headers of answers: each is described once, and named by the answers that carry it. */
final class AnswerHeaders {

  /** What they say, by name. */
  private static final Map<String, String> MEANINGS = new LinkedHashMap<>();

  /** Those that are never absent from an answer that names them. */
  private static final Set<String> ALWAYS =
      Set.of("X-Request-Id", "ETag", "Location", "Expires", "WWW-Authenticate");

  static {
    MEANINGS.put("X-Request-Id", "The caller's, if it sent a name; else one of the service's own.");
    MEANINGS.put("ETag", "The strong entity tag of this version, say \"7\".");
    MEANINGS.put("CurrentETag", "The current entity tag, if there is a resource.");
    MEANINGS.put("Location", "The path of what was made, without scheme and host.");
    MEANINGS.put("Expires", "When the value ends, in seconds rounded down (RFC 9110).");
    MEANINGS.put(
        "Cache-Control", "no-transform beside an entity tag; no-store where nobody may keep it.");
    MEANINGS.put("Cache-Status", "How the cache served this (RFC 9211), say redis; hit");
    MEANINGS.put(
        "RateLimit",
        "What is left of the limits, say \"chat\";r=99;t=5: on the answer to a check those of its"
            + " subject, else those of the client's own calls; absent without a limit.");
    MEANINGS.put("RateLimit-Policy", "The limits, say \"chat\";q=100;w=60; absent without one.");
    MEANINGS.put("Retry-After", "Seconds to wait; absent where waiting does not help.");
    MEANINGS.put("WWW-Authenticate", "Bearer");
    MEANINGS.put("Accept-Patch", "Of PATCH: the media types that it takes (RFC 5789).");
  }

  /** Reads that pass the cache. */
  private static final Set<String> CACHED =
      Set.of(
          "getSession",
          "getPreferences",
          "getPreference",
          "getAgent",
          "getSetting",
          "getScratch",
          "batchGetSessions",
          "batchGetAgents",
          "batchGetSettings");

  /** Operations that answer with a resource and its tag without being one of the resource. */
  private static final Set<String> TAGGED =
      Set.of("createSession", "touchSession", "createClient", "rotateClientKey");

  /** They say when the value ends. */
  private static final Set<String> TIMED = Set.of("getScratch", "putScratch");

  private AnswerHeaders() {}

  static void describe(Components components) {
    MEANINGS.forEach(
        (name, meaning) -> {
          Header header =
              OASFactory.createHeader()
                  .description(meaning)
                  .schema(
                      OASFactory.createSchema().addType(SchemaType.STRING).maxLength(Bounds.LINE));
          components.addHeader(name, ALWAYS.contains(name) ? header.required(true) : header);
        });
  }

  /** {@code conditional}: whether the operation honours {@code If-Match}. */
  static void add(Operation operation, boolean conditional) {
    String name = operation.getOperationId();
    operation
        .getResponses()
        .getAPIResponses()
        .forEach(
            (status, response) -> {
              if (response.getRef() == null) {
                add(response, "X-Request-Id", "RateLimit", "RateLimit-Policy");
              }
            });
    for (String status : List.of("200", "201", "304")) {
      APIResponse response = operation.getResponses().getAPIResponse(status);
      if (response == null) {
        continue;
      }
      if (conditional || TAGGED.contains(name)) {
        add(response, "ETag", "Cache-Control");
      }
      if (TIMED.contains(name)) {
        add(response, "Expires");
      }
      if (CACHED.contains(name)) {
        add(response, "Cache-Status");
      }
      // a client has no address to be read at
      if (status.equals("201") && !name.equals("createClient")) {
        add(response, "Location");
      }
      if (name.equals("streamChanges")) {
        add(response, "Cache-Control");
      }
    }
    APIResponse denied = operation.getResponses().getAPIResponse("429");
    if (denied != null && denied.getRef() == null) {
      add(denied, "Retry-After", "Cache-Control");
    }
  }

  static void add(APIResponse response, String... names) {
    for (String name : names) {
      response.addHeader(name, OASFactory.createHeader().ref(name));
    }
  }
}
