package botbot.http;

import botbot.http.patch.Patch;
import botbot.http.problem.BadInput;
import botbot.http.problem.Missing;
import botbot.http.problem.ProblemException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;

/**
 * What the framework refuses by a bare status, in our words and with the headers which RFC 9110
 * asks for.
 */
@Singleton
final class FrameworkRefusals {

  private final AllowedMethods allowed;

  @Inject
  FrameworkRefusals(AllowedMethods allowed) {
    this.allowed = allowed;
  }

  ProblemException explain(WebApplicationException fault, ContainerRequestContext request) {
    int status = fault.getResponse().getStatus();
    return switch (status) {
      case 400 -> BadInput.unreadable("The request is not valid.");
      case 401 -> Faults.unauthorized();
      case 403 -> Faults.forbidden();
      // a parameter of the wrong type is reported as no such path
      case 404 ->
          fault.getCause() == null
              ? new Missing("There is no such path.")
              : BadInput.unreadable("A parameter of the path or query is not valid.");
      case 405 ->
          new ProblemException(405, "This path does not take " + request.getMethod() + ".")
              .header(HttpHeaders.ALLOW, allowed.at(request.getUriInfo().getPath()));
      case 406 -> new ProblemException(406, "No representation of this fits the Accept header.");
      case 415 -> unsupported(request);
      default -> new ProblemException(status, ProblemException.titleOf(status) + ".");
    };
  }

  private static ProblemException unsupported(ContainerRequestContext request) {
    boolean patch = request.getMethod().equals(HttpMethod.PATCH);
    String type = patch ? Patch.MEDIA_TYPES : "application/json";
    ProblemException refusal = new ProblemException(415, "The body must be " + type + ".");
    return patch ? refusal.header("Accept-Patch", type) : refusal.header(HttpHeaders.ACCEPT, type);
  }
}
