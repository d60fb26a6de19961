package botbot.http;

import botbot.http.problem.ProblemException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.validation.ConstraintViolationException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/**
 * The one place where what a resource throws becomes a problem of RFC 9457. The framework brings
 * mappers of its own for some types; each of those is named here, or the framework's would be the
 * nearer one.
 */
@Singleton
final class ProblemMappers {

  private final ProblemAnswers problems;
  private final Faults faults;
  private final FrameworkRefusals framework;

  @Inject
  ProblemMappers(ProblemAnswers problems, Faults faults, FrameworkRefusals framework) {
    this.problems = problems;
    this.faults = faults;
    this.framework = framework;
  }

  @ServerExceptionMapper
  Response any(Throwable fault) {
    return problems.answer(faults.explain(fault));
  }

  @ServerExceptionMapper
  Response json(JsonProcessingException fault) {
    return any(fault);
  }

  @ServerExceptionMapper
  Response mismatch(MismatchedInputException fault) {
    return any(fault);
  }

  @ServerExceptionMapper
  Response invalid(ConstraintViolationException fault) {
    return problems.answer(ViolationPaths.explain(fault));
  }

  @ServerExceptionMapper
  Response unauthorized(UnauthorizedException fault) {
    return any(fault);
  }

  @ServerExceptionMapper
  Response notAuthenticated(AuthenticationFailedException fault) {
    return any(fault);
  }

  @ServerExceptionMapper
  Response forbidden(ForbiddenException fault) {
    return any(fault);
  }

  @ServerExceptionMapper
  Response notFound(NotFoundException fault, ContainerRequestContext request) {
    return web(fault, request);
  }

  @ServerExceptionMapper
  Response web(WebApplicationException fault, ContainerRequestContext request) {
    ProblemException known = Faults.known(fault);
    return problems.answer(known != null ? known : framework.explain(fault, request));
  }
}
