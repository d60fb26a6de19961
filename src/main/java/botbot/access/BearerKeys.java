package botbot.access;

import botbot.http.ProblemWriter;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.UnauthorizedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Authenticates by {@code Authorization: Bearer <api key>} (RFC 6750, section 2.1). */
@ApplicationScoped
class BearerKeys implements HttpAuthenticationMechanism {

  private static final String SCHEME = "Bearer ";

  private final Credentials credentials;
  private final ProblemWriter problems;

  @Inject
  BearerKeys(Credentials credentials, ProblemWriter problems) {
    this.credentials = credentials;
    this.problems = problems;
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      RoutingContext context, IdentityProviderManager identityProviders) {
    Optional<String> key = key(context.request().getHeader(HttpHeaders.AUTHORIZATION));
    if (key.isEmpty()) {
      return Uni.createFrom().nullItem();
    }
    return credentials
        .identify(key.get())
        .map(identity -> identity.orElseThrow(AuthenticationFailedException::new));
  }

  /** The key that a header bears, if it is of this scheme. */
  static Optional<String> key(@Nullable String header) {
    return header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        ? Optional.empty()
        : Optional.of(header.substring(SCHEME.length()).strip());
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
