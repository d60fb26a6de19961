// A Telegram bot that remembers what was said, whatever restarts: node examples/grammy.js
import { Bot, type Context, session, type SessionFlavor } from "grammy";
import { botbotStorage } from "@botbot/state/grammy";

interface Chat {
  turns: string[];
  last: number;
}
type Talk = Context & SessionFlavor<Chat> & { answer?: string };

const storage = botbotStorage<Chat>({
  url: process.env["BOTBOT_URL"] ?? "http://localhost:8080",
  key: process.env["BOTBOT_KEY"] ?? "dev-admin-key",
});

export const bot = new Bot<Talk>(process.env["TELEGRAM_TOKEN"] ?? "1:none");

bot.use(async (context, next) => {
  await next(); // answers what is stored, so that what fails and comes again is answered once
  await (context.answer && context.reply(context.answer));
});
bot.use(session({ initial: (): Chat => ({ turns: [], last: 0 }), storage }));

bot.on("message:text", (context) => {
  const { session: chat, update } = context;
  if (update.update_id > chat.last) {
    chat.last = update.update_id; // Telegram sends again what was not acknowledged
    chat.turns.push(context.message.text);
  }
  if (update.update_id === chat.last) {
    context.answer = `That was message number ${chat.turns.length}.`;
  }
});

if (process.env["TELEGRAM_TOKEN"]) {
  await bot.start();
}
