package botbot.agent;

import botbot.access.ShortReads;
import botbot.change.ChangeKind;
import botbot.document.DocumentCalls;
import botbot.document.DocumentKind;
import botbot.document.Documents;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** What kind of document an agent is, and the short way to it. */
final class AgentDocuments {

  private static final DocumentKind KIND =
      new DocumentKind(ChangeKind.AGENT, "/v1/agents/%s/config", "config");

  private AgentDocuments() {}

  @Produces
  @Singleton
  static DocumentCalls<Agent, AgentVersion> agents(Documents documents) {
    return documents.of(KIND, Agent::of, AgentVersion::of);
  }

  static void register(
      @Observes Router router, ShortReads reads, DocumentCalls<Agent, AgentVersion> agents) {
    reads.answer(router, "/v1/agents/:id/config", "id", agents::shown);
  }
}
