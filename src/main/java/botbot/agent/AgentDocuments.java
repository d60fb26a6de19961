package botbot.agent;

import botbot.change.ChangeKind;
import botbot.document.DocumentCalls;
import botbot.document.DocumentKind;
import botbot.document.Documents;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** What kind of document an agent is. */
final class AgentDocuments {

  private static final DocumentKind KIND =
      new DocumentKind(ChangeKind.AGENT, "/v1/agents/:id/config", "id", "config");

  private AgentDocuments() {}

  @Produces
  @Singleton
  static DocumentCalls<Agent, AgentVersion> agents(Documents documents) {
    return documents.of(KIND, Agent::of, AgentVersion::of);
  }
}
