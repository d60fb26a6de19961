package botbot.change;

import botbot.access.CallerSpace;
import botbot.access.identity.Role;
import botbot.access.presented.KeyWatch;
import botbot.http.problem.BadInput;
import io.netty.channel.ChannelHandlerContext;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.ResponseHeader;
import org.jboss.resteasy.reactive.RestStreamElementType;
import org.jspecify.annotations.Nullable;

/** The stream of changes over HTTP, as server-sent events. */
@Path("/v1/changes")
@Tag(name = "changes", description = "What has changed")
@RolesAllowed(Role.FRONTEND_NAME)
class ChangeResource {

  private static final Logger LOG = Logger.getLogger(ChangeResource.class);
  private static final long RECONNECT_MS = 1000;

  private final CallerSpace caller;
  private final ChangeFeed feed;
  private final KeyWatch keys;
  private final Sse sse;

  ChangeResource(CallerSpace caller, ChangeFeed feed, KeyWatch keys, @Context Sse sse) {
    this.caller = caller;
    this.feed = feed;
    this.keys = keys;
    this.sse = sse;
  }

  /**
   * One event per change of an agent, setting or rate policy: its id is a revision that grows, its
   * name the kind. Without {@code Last-Event-ID} or {@code since} the stream begins now; with one
   * it begins after that revision, however old. The header wins, being what a client sends that
   * reconnects. A revision that is not known here is 410: PostgreSQL was restored or failed over
   * since, and what the caller holds must be read anew. While PostgreSQL is away the stream is open
   * all the same, and changes come when it is back; then it ends where the revision is not known.
   * While the instance ends the stream ends at once, and is opened anew a second later. An event
   * {@code heartbeat} without an id every 15 s tells a live stream from a dead one; a client that
   * takes nothing for 10 s is cut, and so is one whose key is revoked.
   */
  @GET
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @RestStreamElementType(MediaType.APPLICATION_JSON)
  @ResponseHeader(name = HttpHeaders.CACHE_CONTROL, value = "no-store")
  @ResponseHeader(name = "X-Accel-Buffering", value = "no")
  @Blocking
  @RunOnVirtualThread
  @Operation(operationId = "streamChanges", summary = "Follow what changes")
  @APIResponse(
      responseCode = "200",
      description = "Events, as they come",
      content =
          @Content(
              mediaType = MediaType.SERVER_SENT_EVENTS,
              schema = @Schema(type = SchemaType.STRING)))
  @APIResponse(responseCode = "410", description = "What was missed cannot be told")
  public Multi<OutboundSseEvent> stream(
      @HeaderParam("Last-Event-ID") @Nullable String lastEventId,
      @QueryParam("since") @Nullable String since,
      @Context HttpServerRequest request) {
    OptionalLong after =
        lastEventId != null && !lastEventId.isEmpty()
            ? revision("Last-Event-ID", lastEventId)
            : since != null ? revision("since", since) : OptionalLong.empty();
    Beginning beginning = new Beginning(caller.current(), after, System.nanoTime());
    long position = feed.position(beginning);
    if (request.method().equals(HttpMethod.HEAD)) {
      return Multi.createFrom().empty();
    }
    Runnable cut = cut(request);
    Multi<Optional<Change>> changes =
        feed.listen(beginning, position, cut)
            .onFailure()
            .invoke(fault -> LOG.error("A stream of changes broke off", fault));
    return keys.watch(request, changes, cut).map(this::event);
  }

  /** What closes the connection, whatever its client does not take. */
  private static Runnable cut(HttpServerRequest request) {
    // looked up now, while the request is at hand
    HttpConnection connection = request.connection();
    HttpServerResponse response = request.response();
    if (request.version() != HttpVersion.HTTP_2 && connection instanceof ConnectionBase socket) {
      // the connection's own handler would first send what the client does not take
      return () -> close(socket.channel().pipeline().firstContext());
    }
    return response::reset;
  }

  private static void close(@Nullable ChannelHandlerContext handler) {
    // none is left where the connection has ended by itself
    if (handler != null) {
      handler.close();
    }
  }

  private static OptionalLong revision(String name, String text) {
    long revision;
    try {
      revision = Long.parseLong(text);
    } catch (NumberFormatException notANumber) {
      throw new BadInput(name, "must be the id of an event, a whole number");
    }
    if (revision < 0) {
      throw new BadInput(name, "must be the id of an event, 0 for the beginning");
    }
    return OptionalLong.of(revision);
  }

  private OutboundSseEvent event(Optional<Change> change) {
    OutboundSseEvent.Builder event = sse.newEventBuilder();
    change.ifPresentOrElse(
        told ->
            event
                .id(Long.toString(told.revision()))
                .name(told.kind().toString())
                .data(Change.class, told),
        () -> event.name("heartbeat").data(Map.class, Map.of()).reconnectDelay(RECONNECT_MS));
    return event.build();
  }
}
