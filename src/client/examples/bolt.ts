// A Slack bot that remembers each channel; `receiver` is how events come in.
import { App, type Receiver } from "@slack/bolt";
import { conversationStore, installationStore } from "@botbot/state/bolt";

interface Talk {
  turns: string[];
  last: string;
}

const connection = {
  url: process.env["BOTBOT_URL"] ?? "http://localhost:8080",
  key: process.env["BOTBOT_KEY"] ?? "dev-admin-key",
};
const installations = installationStore(connection);

export function makeApp(receiver: Receiver): App {
  const app = new App({
    receiver,
    convoStore: conversationStore<Talk>(connection),
    authorize: async ({ teamId, enterpriseId }) => {
      const query = { teamId, enterpriseId, isEnterpriseInstall: false };
      const { bot } = await installations.fetchInstallation(query);
      return { botToken: bot?.token ?? "", botId: bot?.id ?? "" };
    },
  });
  app.event("message", async ({ event, context, body }) => {
    const talk: Talk = context["conversation"] ?? { turns: [], last: "" };
    if (talk.last !== body.event_id && "text" in event) {
      // Slack sends again what was not acknowledged
      const turns = [...talk.turns, event.text ?? ""];
      await context["updateConversation"]({ turns, last: body.event_id });
    }
  });
  return app;
}
