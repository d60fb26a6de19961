package botbot.http.wire;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Takes note of the options of the server, when it is about to begin. */
@Singleton
final class ServerOptions implements HttpServerOptionsCustomizer {

  private final ConnectionSettings settings;

  @Inject
  ServerOptions(ConnectionSettings settings) {
    this.settings = settings;
  }

  @Override
  public void customizeHttpServer(HttpServerOptions options) {
    ConnectionBounds.set(new Bounds(options, settings.headTimeout(), settings.bodyTimeout()));
  }
}
