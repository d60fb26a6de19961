package botbot.http.condition;

import botbot.http.problem.ProblemException;
import jakarta.ws.rs.core.EntityTag;
import java.util.Optional;

/**
 * 412: the resource is not in the state which the caller's {@code If-Match} or {@code
 * If-None-Match} asks for.
 */
public final class PreconditionFailed extends ProblemException {

  private static final long serialVersionUID = 1;

  /** The answer carries the {@code current} entity tag, where there is one. */
  public PreconditionFailed(Optional<EntityTag> current) {
    super(
        412,
        current.isPresent()
            ? "The resource is not in the state asked for; its ETag says in which it is."
            : "The resource is not there.");
    current.ifPresent(
        tag ->
            header("ETag", EntityTags.format(tag))
                .header("Cache-Control", Answers.untransformed(null)));
  }
}
