package botbot.access.presented;

import botbot.access.identity.Credentials;
import botbot.http.ProblemWriter;
import botbot.http.problem.ProblemException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.UnauthorizedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.Set;

/** Authenticates by an API key. */
@ApplicationScoped
class BearerKeys implements HttpAuthenticationMechanism {

  private final PresentedKeys keys;
  private final Credentials credentials;
  private final ProblemWriter problems;

  @Inject
  BearerKeys(PresentedKeys keys, Credentials credentials, ProblemWriter problems) {
    this.keys = keys;
    this.credentials = credentials;
    this.problems = problems;
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      RoutingContext context, IdentityProviderManager identityProviders) {
    Optional<String> key;
    try {
      key = keys.of(context);
    } catch (AuthenticationFailedException | ProblemException refused) {
      return Uni.createFrom().failure(refused);
    }
    if (key.isEmpty()) {
      return Uni.createFrom().nullItem();
    }
    return credentials
        .identify(key.get())
        .map(identity -> identity.orElseThrow(AuthenticationFailedException::new));
  }

  @Override
  public Uni<ChallengeData> getChallenge(RoutingContext context) {
    return Uni.createFrom().item(new ChallengeData(401, "WWW-Authenticate", "Bearer"));
  }

  @Override
  public Uni<Boolean> sendChallenge(RoutingContext context) {
    problems.write(context, new UnauthorizedException());
    return Uni.createFrom().item(true);
  }

  @Override
  public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
    return Set.of();
  }
}
