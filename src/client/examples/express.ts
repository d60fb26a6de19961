// An Express server with sessions, and a limit for each tier of its callers.
import express, { type Request } from "express";
import { rateLimit } from "express-rate-limit";
import session from "express-session";
import { BotBot } from "@botbot/state";
import { rateLimitStore } from "@botbot/state/express-rate-limit";
import { botbotStore } from "@botbot/state/express-session";

declare module "express-session" { interface SessionData { count: number } }

const state = new BotBot({
  url: process.env["BOTBOT_URL"] ?? "http://localhost:8080",
  key: process.env["BOTBOT_KEY"] ?? "dev-admin-key",
  onUnavailable: "local", // the limits hold in this process while the service is away
});

const tierOf = (request: Request) => (request.get("x-tier") === "paid" ? "paid" : "free");
const limiter = (tier: string, limit: number) =>
  rateLimit({
    windowMs: 60_000,
    limit,
    standardHeaders: "draft-8",
    keyGenerator: (request) => request.get("x-user") ?? "nobody",
    skip: (request) => tierOf(request) !== tier,
    store: rateLimitStore(state, { endpoint: "express", tier, createPolicy: true }),
  });
const store = botbotStore(session, state);
const secret = process.env["SESSION_SECRET"] ?? "only for trying";
const sessions = session({ store, secret, resave: false, saveUninitialized: false });

export const app = express();
app.use(limiter("free", 10), limiter("paid", 100));
app.get("/", (_request, response) => void response.json({ ok: true }));
app.get("/count", sessions, ({ session }, response) => {
  session.count = (session.count ?? 0) + 1;
  // before the answer, which express-session sends even where the session cannot be stored
  session.save((error) => void response.status(error ? 503 : 200).json({ count: session.count }));
});
