// A Slack bot that remembers each channel; `receiver` is how events come in.
import { App, type AppOptions } from "@slack/bolt";
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

export function makeApp(options: Pick<AppOptions, "receiver" | "clientOptions">): App {
  const app = new App({
    ...options,
    convoStore: conversationStore<Talk>(connection),
    authorize: async ({ teamId, enterpriseId }) => {
      const query = { teamId, enterpriseId, isEnterpriseInstall: false };
      const { bot } = await installations.fetchInstallation(query);
      return { botToken: bot?.token ?? "", botId: bot?.id ?? "" };
    },
  });
  app.event("message", async ({ event, context, body, say }) => {
    const talk: Talk = context["conversation"] ?? { turns: [], last: "" };
    if (talk.last !== body.event_id && "text" in event) {
      talk.last = body.event_id; // Slack sends again what was not acknowledged
      talk.turns.push(event.text ?? "");
      await context["updateConversation"](talk);
    }
    // answers what is stored, so that what fails and comes again is answered once
    await say(`That was message number ${talk.turns.length}.`);
  });
  return app;
}
