package botbot.access;

import botbot.access.identity.Caller;
import botbot.http.ValidName;
import botbot.http.problem.BadInput;
import botbot.http.problem.ProblemException;
import botbot.space.Key;
import botbot.space.Space;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The space a request works in, decided once, from the caller's key: the client's own, or for those
 * that may work in every space the one they name.
 */
@Singleton
public class CallerSpace {

  /** The header by which a caller names a space. */
  public static final String HEADER = "Botbot-Space";

  // compared with the fields of a request without hashing it each time
  private static final CharSequence FIELD = HttpHeaders.createOptimized(HEADER);

  private static final Pattern NAME = Pattern.compile(ValidName.REGEX);

  private static final String DECIDED = CallerSpace.class.getName();

  private final CurrentVertxRequest request;
  private final SpaceRequests requests;

  CallerSpace(CurrentVertxRequest request, SpaceRequests requests) {
    this.request = request;
    this.requests = requests;
  }

  /** The space of the request under way. */
  public Space current() {
    Space space = request.getCurrent().get(DECIDED);
    if (space == null) {
      throw new IllegalStateException("no space was decided on for this request");
    }
    return space;
  }

  /** An id in the space of the request under way. */
  public Key key(String id) {
    return current().key(id);
  }

  /** The space that the request under way names, or null. */
  public @Nullable String named() {
    return request.getCurrent().request().getHeader(FIELD);
  }

  /** Decides on the space of a request for what comes after. */
  void decide(RoutingContext context, Caller caller) {
    Space space = of(context.request(), caller);
    requests.count(space);
    context.put(DECIDED, space);
  }

  /**
   * The space of a request. 400 for what is no name of a space, 403 for one that is not the
   * caller's own.
   */
  static Space of(HttpServerRequest request, Caller caller) {
    String named = request.getHeader(FIELD);
    if (named == null) {
      return caller.home();
    }
    if (!NAME.matcher(named).matches()) {
      throw new BadInput(HEADER, "must be " + ValidName.RULE);
    }
    if (!caller.everywhere() && !named.equals(caller.home().name())) {
      throw new ProblemException(403, "This key opens another space than the one named.");
    }
    return new Space(named);
  }
}
