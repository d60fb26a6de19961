// A Telegram bot that remembers what was said, whatever restarts: node examples/grammy.js
import { Bot, type Context, session, type SessionFlavor } from "grammy";
import { botbotStorage } from "@botbot/state/grammy";

interface Chat {
  turns: string[];
  last: number;
}

const connection = {
  url: process.env["BOTBOT_URL"] ?? "http://localhost:8080",
  key: process.env["BOTBOT_KEY"] ?? "dev-admin-key",
};

export const bot = new Bot<Context & SessionFlavor<Chat>>(process.env["TELEGRAM_TOKEN"] ?? "1:none");

bot.use(
  session({
    initial: (): Chat => ({ turns: [], last: 0 }),
    storage: botbotStorage<Chat>(connection),
  }),
);

bot.on("message:text", async (context) => {
  const { session: chat, update } = context;
  if (update.update_id <= chat.last) {
    return; // Telegram sends again what was not acknowledged
  }
  chat.last = update.update_id;
  chat.turns.push(context.message.text);
  await context.reply(`That was your message number ${chat.turns.length}.`);
});

if (process.env["TELEGRAM_TOKEN"]) {
  await bot.start();
}
