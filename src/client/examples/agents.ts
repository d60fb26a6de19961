// A Teams bot of the Microsoft 365 Agents SDK that remembers each conversation.
import { ActivityHandler, CloudAdapter, ConversationState } from "@microsoft/agents-hosting";
import { botbotStorage } from "@botbot/state/agents";
import express from "express";

const storage = botbotStorage({
  url: process.env["BOTBOT_URL"] ?? "http://localhost:8080",
  key: process.env["BOTBOT_KEY"] ?? "dev-admin-key",
  totalTimeout: 5_000, // Teams gives an activity 15 s
});
const state = new ConversationState(storage);
const turns = state.createProperty<{ id: string; text: string; number: number }[]>("turns");
const adapter = new CloudAdapter();
adapter.onTurnError = async (_context, error) => {
  throw error; // 500, so that the activity comes again: the SDK's own answers 200
};

const bot = new ActivityHandler().onMessage(async (context, next) => {
  const { id = "", text = "" } = context.activity;
  const before = await turns.get(context, []);
  const known = before.find((turn) => turn.id === id); // it was sent again
  const turn = known ?? { id, text, number: (before.at(-1)?.number ?? 0) + 1 };
  await turns.set(context, known ? before : [...before, turn].slice(-20));
  await state.saveChanges(context);
  await context.sendActivity(`That was message number ${turn.number}.`);
  await next();
});

// one turn of a conversation at a time: its state is written as a whole
const turnOf = new Map<string, Promise<unknown>>();
export const app = express().use(express.json());
app.use((request, response, next) => adapter.authorizeRequest(request, response, next));
app.post("/api/messages", async (request, response) => {
  const id = String(request.body?.conversation?.id);
  const process = () => adapter.process(request, response, (context) => bot.run(context));
  const turn = (turnOf.get(id) ?? Promise.resolve()).then(process, process);
  turnOf.set(id, turn);
  await turn.finally(() => turnOf.get(id) === turn && turnOf.delete(id));
});
