// A Slack bot that remembers each channel, on any number of instances: await makeApp().start(3000)
import { App, type AppOptions } from "@slack/bolt";
import { BotBot } from "@botbot/state";
import { installationStore } from "@botbot/state/bolt";

type Turn = { id: string; text: string; number: number };

const state = new BotBot<{ turns: Turn[] }>({
  url: process.env["BOTBOT_URL"] ?? "http://localhost:8080",
  key: process.env["BOTBOT_KEY"] ?? "dev-admin-key",
  totalTimeout: 1_000, // Slack gives an event 3 s
});

export function makeApp(options: AppOptions = {}): App {
  const app = new App({
    signingSecret: process.env["SLACK_SIGNING_SECRET"] ?? "",
    clientId: process.env["SLACK_CLIENT_ID"] ?? "",
    clientSecret: process.env["SLACK_CLIENT_SECRET"] ?? "",
    stateSecret: process.env["SLACK_STATE_SECRET"] ?? "",
    scopes: ["channels:history", "chat:write"],
    installationStore: installationStore(state),
    processBeforeResponse: true, // else Slack has its 200 before anything is stored
    ...options,
  });
  app.event("message", async ({ event, body: { event_id: id }, say }) => {
    if (event.subtype === undefined) {
      const { channel, text = "" } = event;
      // of two messages at once none is lost; Bolt's convoStore would overwrite one by the other
      const remember = ({ turns } = { turns: new Array<Turn>() }) => {
        const turn = { id, text, number: (turns.at(-1)?.number ?? 0) + 1 };
        return { turns: turns.some((known) => known.id === id) ? turns : [...turns, turn].slice(-20) };
      };
      const create = { userId: channel };
      const { data } = await state.sessions.update(channel, remember, { create });
      await say(`That was message number ${data.turns.find((turn) => turn.id === id)?.number}.`);
    }
  });
  return app;
}
