package botbot.http.wire;

import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;

/** What holds for each connection of a server. */
record Bounds(HttpServerOptions options, Duration head, Duration body) {}
