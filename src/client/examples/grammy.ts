// A Telegram bot behind a webhook that remembers what was said, whatever restarts.
import { createServer } from "node:http";
import { sequentialize } from "@grammyjs/runner";
import { Bot, type Context, session, type SessionFlavor, webhookCallback } from "grammy";
import { botbotStorage } from "@botbot/state/grammy";

type Turn = { update: number; text: string; number: number };
type Talk = Context & SessionFlavor<Turn[]> & { answer?: string };

const storage = botbotStorage<Turn[]>({
  url: process.env["BOTBOT_URL"] ?? "http://localhost:8080",
  key: process.env["BOTBOT_KEY"] ?? "dev-admin-key",
  totalTimeout: 4_000, // grammY gives an update 10 s
});
export const bot = new Bot<Talk>(process.env["TELEGRAM_TOKEN"] ?? "1:none");

bot.use(sequentialize((context) => context.chatId?.toString())); // a session is written as a whole
bot.use(async (context, next) => {
  await next(); // answers only what is stored
  await (context.answer && context.reply(context.answer));
});
bot.use(session({ initial: (): Turn[] => [], storage }));
bot.on("message:text", (context) => {
  const update = context.update.update_id;
  const number = (context.session.at(-1)?.number ?? 0) + 1;
  const known = context.session.find((turn) => turn.update === update); // it was sent again
  const turn = known ?? { update, text: context.message.text, number };
  context.session = known ? context.session : [...context.session, turn].slice(-20);
  context.answer = `That was message number ${turn.number}.`;
});

const webhook = webhookCallback(bot, "http", { secretToken: process.env["TELEGRAM_SECRET"] ?? "none" });
export const server = createServer((request, response) => {
  webhook(request, response).catch((error: unknown) => {
    console.error(String(error));
    response.writeHead(500).end(); // has Telegram send the update again
  });
}).listen(process.env["PORT"] ?? 3000);
