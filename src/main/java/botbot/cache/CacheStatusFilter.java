package botbot.cache;

import botbot.cache.CacheStatus.Outcome;
import jakarta.ws.rs.container.ContainerResponseContext;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** Sends {@code Cache-Status} with every answer that came of a cached read, refusals included. */
class CacheStatusFilter {

  private final CacheStatus status;

  CacheStatusFilter(CacheStatus status) {
    this.status = status;
  }

  @ServerResponseFilter
  void send(ContainerResponseContext response) {
    Outcome outcome = status.outcome();
    if (outcome != null) {
      response.getHeaders().putSingle("Cache-Status", outcome.field());
    }
  }
}
