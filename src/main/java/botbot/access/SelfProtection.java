package botbot.access;

import botbot.access.identity.Caller;
import io.smallrye.mutiny.Uni;
import java.util.Map;

/** Protects clients from each other: each call of the service costs its client something. */
@FunctionalInterface
public interface SelfProtection {

  /** Whether calls cost this client anything at present; where not, none need be asked for. */
  default boolean concerns(Caller client) {
    return true;
  }

  /**
   * Lets a call of a client pass, or fails with the {@link botbot.http.problem.ProblemException}
   * that refuses it. Asked once for each request, on its event loop, so it must not block.
   *
   * @return header fields that tell the client what is left
   */
  Uni<Map<String, String>> admit(Caller client);
}
