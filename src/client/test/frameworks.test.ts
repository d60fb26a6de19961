import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { createMemoryState } from "@chat-adapter/state-memory";
import { type Conversation, type ConversationFlavor, conversations, createConversation } from "@grammyjs/conversations";
import { MemoryStorage, type Storage } from "@microsoft/agents-hosting";
import { OpenFeature, ProviderEvents } from "@openfeature/server-sdk";
import { App, type Receiver } from "@slack/bolt";
import { InstallProvider } from "@slack/oauth";
import { ConversationState, MemoryStorage as BotMemory, type Storage as BotStorage, TestAdapter } from "botbuilder-core";
import { type Adapter, Chat, Message } from "chat";
import express from "express";
import { rateLimit } from "express-rate-limit";
import session, { type SessionData, type Store } from "express-session";
import {
  Bot,
  type Context,
  type Enhance,
  enhanceStorage,
  lazySession,
  session as grammySession,
  type SessionFlavor,
} from "grammy";
import { Hono } from "hono";
import { rateLimiter } from "hono-rate-limiter";
import { Keyv } from "keyv";
import { Context as TelegrafContext, session as telegrafSession, Telegraf } from "telegraf";
import type { Update } from "telegraf/types";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { BotBot } from "@botbot/state";
import { botbotStorage as agentsStorage, botbotStorageV2 } from "@botbot/state/agents";
import { conversationStore, installationStore } from "@botbot/state/bolt";
import { botbotState } from "@botbot/state/chat";
import { rateLimitStore } from "@botbot/state/express-rate-limit";
import { botbotStore as expressStore } from "@botbot/state/express-session";
import { botbotStorage } from "@botbot/state/grammy";
import { BotBotKeyv } from "@botbot/state/keyv";
import { BotBotProvider } from "@botbot/state/openfeature";
import { botbotStore } from "@botbot/state/telegraf";
import { answers, type Fault, losesTheAnswer, Proxy } from "./service/proxy.js";

const { url, key } = inject("place");
const state = new BotBot({ url, key, timeout: 10_000 });
const from = { id: 7, is_bot: false, first_name: "Ada" };
const me = { id: 1, is_bot: true, first_name: "b", username: "b" };

async function serving<T>(app: express.Express, work: (base: string) => Promise<T>): Promise<T> {
  const server: Server = app.listen(0);
  await once(server, "listening");
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe("grammY", () => {
  type Talk = ConversationFlavor<Context & SessionFlavor<{ step: number } | null | undefined>>;

  function bot(): Bot<Talk> {
    const made = new Bot<Talk>("1:none");
    made.botInfo = me as typeof made.botInfo;
    made.api.config.use(async () => ({ ok: true, result: { message_id: 1 } as never }));
    return made;
  }
  const update = (id: number, text: string, chat: number) => ({
    update_id: id,
    message: { message_id: id, date: 0, chat: { id: chat, type: "private", first_name: "A" }, from, text },
  });

  test("a session is read, written, deleted, and not written after a throw", async () => {
    const made = bot();
    const storage = botbotStorage<{ step: number } | null | undefined>(state);
    made.use(grammySession({ storage, initial: () => undefined }));
    made.on("message:text", (context) => {
      const { text } = context.message;
      if (text === "throw") {
        context.session = { step: 99 };
        throw new Error("thrown by the bot");
      }
      context.session = text === "null" ? null : text === "drop" ? undefined : { step: Number(text) };
    });
    const chat = String(Date.now());
    const say = (text: string) =>
      made.handleUpdate(update(1, text, Number(chat)) as Parameters<typeof made.handleUpdate>[0]);
    await say("3");
    expect(await storage.read(chat)).toEqual({ step: 3 });
    await expect(say("throw")).rejects.toThrow("thrown by the bot");
    expect(await storage.read(chat)).toEqual({ step: 3 });
    await say("drop");
    expect(await storage.read(chat)).toBeUndefined();
    // grammY 1.46 deletes null too; who writes it by hand reads it again
    await say("4");
    await say("null");
    expect(await storage.read(chat)).toBeUndefined();
    await storage.write(chat, null);
    expect(await storage.read(chat)).toBeNull();
  });

  test("a lazy session is read only where it is used, and written only then", async () => {
    const proxy = await Proxy.before(url);
    const made = new Bot<Context & { session: { step: number } | Promise<{ step: number }> }>("1:none");
    made.botInfo = me as typeof made.botInfo;
    const storage = botbotStorage<{ step: number }>({ url: proxy.url, key });
    made.use(lazySession({ storage, initial: () => ({ step: 0 }) }));
    made.hears("step", async (context) => void (await context.session).step++);
    const chat = Date.now() * 10;
    const say = (text: string) =>
      made.handleUpdate(update(1, text, chat) as Parameters<typeof made.handleUpdate>[0]);
    await say("nothing");
    expect(proxy.came).toEqual([]);
    await say("step");
    await say("step");
    const [read, write] = [`GET /v1/sessions/${chat}`, `PUT /v1/sessions/${chat}`];
    expect(proxy.came).toEqual([read, write, read, write]);
    expect(await storage.read(String(chat))).toEqual({ step: 2 });
    await proxy.close();
  });

  test("an enhanced storage migrates, and forgets in its time", async () => {
    const storage = botbotStorage<Enhance<{ step: number }>>(state, { prefix: `${randomUUID()}:` });
    const migrations = { 1: (old: { step: number }) => ({ step: old.step + 100 }) };
    await storage.write("plain", { step: 1 } as never);
    const enhanced = enhanceStorage({ storage, migrations, millisecondsToLive: 300 });
    expect(await enhanced.read("plain")).toEqual({ step: 101 });
    await enhanced.write("new", { step: 5 });
    expect(await storage.read("new")).toMatchObject({ __d: { step: 5 }, v: 1 });
    expect(await enhanced.read("new")).toEqual({ step: 5 });
    await expect.poll(() => enhanced.read("new"), { timeout: 3_000 }).toBeUndefined();
    expect(await storage.read("new")).toBeUndefined();
  });

  test("a conversation goes on in another process", async () => {
    const heard: string[] = [];
    const chat = Date.now();
    const make = () => {
      const made = bot();
      made.use(conversations({ storage: botbotStorage(state, { prefix: "conversation:" }) }));
      const ask = async (conversation: Conversation<Talk, Context>) => {
        const first = await conversation.waitFor("message:text");
        const second = await conversation.waitFor("message:text");
        await conversation.external(() => void heard.push(first.message.text + second.message.text));
      };
      made.use(createConversation(ask, "ask"));
      made.command("start", (context) => context.conversation.enter("ask"));
      return made;
    };
    const command = { entities: [{ type: "bot_command", offset: 0, length: 6 }] };
    const start = update(1, "/start", chat);
    Object.assign(start.message, command);
    for (const next of [start, update(2, "a", chat), update(3, "b", chat)]) {
      const made = make();
      await made.handleUpdate(next as Parameters<typeof made.handleUpdate>[0]);
    }
    expect(heard).toEqual(["ab"]);
  });
});

describe("Telegraf", () => {
  test("a session is read and written, also after a throw, and deleted", async () => {
    interface Talk extends TelegrafContext {
      session?: { turns: string[] } | undefined;
    }
    const bot = new Telegraf<Talk>("1:none");
    bot.botInfo = me as typeof bot.botInfo & object;
    const store = botbotStore<{ turns: string[] }>(state);
    bot.use(telegrafSession({ store }));
    bot.catch((error) => {
      throw error;
    });
    bot.on("text", (context) => {
      context.session ??= { turns: [] };
      context.session.turns.push(context.message.text);
      if (context.message.text === "drop") {
        context.session = undefined;
      }
      if (context.message.text === "throw") {
        throw new Error("thrown by the bot");
      }
    });
    const chat = -Date.now();
    const say = (text: string, at: number) =>
      bot.handleUpdate({
        update_id: at,
        message: { message_id: at, date: 0, chat: { id: chat, type: "group", title: "g" }, from, text },
      } as Update);
    await say("a", 1);
    await Promise.all([say("b", 2), say("c", 3)]);
    expect(new Set((await store.get(`7:${chat}`))?.turns)).toEqual(new Set(["a", "b", "c"]));
    await expect(say("throw", 4)).rejects.toThrow("thrown by the bot");
    expect((await store.get(`7:${chat}`))?.turns.at(-1)).toBe("throw");
    await say("drop", 5);
    expect(await store.get(`7:${chat}`)).toBeUndefined();
  });
});

describe("Teams SDK", () => {
  /** `IStorage` of @microsoft/teams.common 2, which is not installed here for its one type. */
  interface IStorage<K = string, V = unknown> {
    get(key: K): V | undefined | Promise<V | undefined>;
    set(key: K, value: V): void | Promise<void>;
    delete(key: K): void | Promise<void>;
  }

  test("a state of a conversation is kept and deleted", async () => {
    const storage: IStorage<string, { n: number }> = botbotStore<{ n: number }>(state);
    const conversation = `19:${randomUUID()}@thread.tacv2`;
    expect(await storage.get(conversation)).toBeUndefined();
    await storage.set(conversation, { n: 1 });
    expect(await storage.get(conversation)).toEqual({ n: 1 });
    await storage.delete(conversation);
    expect(await storage.get(conversation)).toBeUndefined();
  });
});

describe("Agents SDK and Bot Framework", () => {
  // what MemoryStorage does is what ours does: the same steps on both
  const both: [string, () => Storage][] = [
    ["MemoryStorage", () => new MemoryStorage()],
    ["botbotStorage", () => agentsStorage(state, { prefix: `${randomUUID()}/` })],
  ];

  test.each(both)("%s: items and their eTags", async (_, make) => {
    const storage = make();
    await expect(storage.read([])).rejects.toThrow(ReferenceError);
    await expect(storage.write(undefined as never)).rejects.toThrow(ReferenceError);
    expect(await storage.read(["none"])).toEqual({});
    await storage.write({ a: { n: 1 }, b: { n: 2, eTag: "*" } });
    const first = await storage.read(["a", "b", "none"]);
    expect(Object.keys(first).sort()).toEqual(["a", "b"]);
    expect(first["a"].eTag).toBeTruthy();
    await storage.write({ a: { ...first["a"], n: 3 } });
    await expect(storage.write({ a: { ...first["a"], n: 4 } })).rejects.toThrow(/eTag conflict/i);
    expect((await storage.read(["a"]))["a"].n).toBe(3);
    await storage.write({ a: { n: 5, eTag: "*" } });
    expect((await storage.read(["a"]))["a"].n).toBe(5);
    await storage.delete(["a", "none"]);
    expect(await storage.read(["a"])).toEqual({});
    await storage.write({ a: { ...first["a"], n: 6 } });
    expect((await storage.read(["a"]))["a"].n).toBe(6);
  });

  test.each([
    ["MemoryStorage", new BotMemory() as BotStorage],
    ["botbotStorage", agentsStorage(state, { prefix: `${randomUUID()}/` }) as BotStorage],
  ])("a Bot Framework bot on %s counts its turns", async (_, storage) => {
    const conversation = new ConversationState(storage);
    const count = conversation.createProperty<number>("count");
    const adapter = new TestAdapter(async (context) => {
      const now = (await count.get(context, 0)) + 1;
      await count.set(context, now);
      await context.sendActivity(`${now}`);
      await conversation.saveChanges(context);
    });
    await adapter.send("a").assertReply("1").send("b").assertReply("2").startTest();
  });

  test("version 2: modes, versions and TTL have their statuses", async () => {
    const storage = botbotStorageV2(state, { prefix: `${randomUUID()}/` });
    expect(await storage.read(["a"])).toEqual({ a: { key: "a", status: "notFound" } });
    const made = (await storage.write({ a: { n: 1 } }, { mode: "createOnly" }))["a"];
    expect(made?.status).toBe("succeeded");
    expect((await storage.write({ a: { n: 2 } }, { mode: "createOnly" }))["a"]?.status).toBe("conflict");
    expect((await storage.write({ b: { n: 2 } }, { mode: "replace" }))["b"]?.status).toBe("conditionNotMet");
    const expectedVersion = made?.version ?? "";
    expect((await storage.write({ a: { n: 3 } }, { expectedVersion }))["a"]?.status).toBe("succeeded");
    expect((await storage.write({ a: { n: 4 } }, { expectedVersion }))["a"]?.status).toBe("conflict");
    expect((await storage.delete(["a"], { expectedVersion }))["a"]?.status).toBe("conflict");
    expect((await storage.delete(["a", "c"]))["a"]?.status).toBe("succeeded");
    expect((await storage.delete(["c"]))["c"]?.status).toBe("notFound");
    await storage.write({ brief: { n: 1 }, over: { n: 1 } }, { ttl: 1 });
    await storage.write({ over: { n: 2 } }, { ttl: 0 });
    expect((await storage.read(["brief"]))["brief"]).toMatchObject({ status: "succeeded", value: { n: 1 } });
    const status = async (key: string) => (await storage.read([key]))[key]?.status;
    await expect.poll(() => status("over"), { timeout: 3_000 }).toBe("notFound");
    await expect.poll(() => status("brief"), { timeout: 3_000 }).toBe("notFound");
  });
});

describe("Bolt", () => {
  const installed = (team: string, id: string, token: string) => ({
    team: { id: team },
    enterprise: undefined,
    user: { id, token, scopes: ["chat"] },
    bot: { token: "xoxb", id: "B", userId: "U", scopes: [] },
  });

  test("get rejects where there is none, and after the end", async () => {
    const store = conversationStore<{ n: number }>(state);
    const id = randomUUID();
    await expect(store.get(id)).rejects.toThrow("not found");
    await store.set(id, { n: 1 }, Date.now() + 300);
    expect(await store.get(id)).toEqual({ n: 1 });
    await expect.poll(() => store.get(id).catch(String), { timeout: 3_000 }).toMatch("not found");
  });

  test("what could not be read is not overwritten, though Bolt goes on without it", async () => {
    const proxy = await Proxy.before(url);
    const store = conversationStore<{ turns: string[] }>({ url: proxy.url, key, retries: 0 });
    const id = randomUUID();
    await store.set(id, { turns: ["a"] });
    proxy.next(1, answers(503, {}, ""));
    let app: App | undefined;
    const receiver: Receiver = {
      init: (given) => void (app = given),
      start: async () => undefined,
      stop: async () => undefined,
    };
    const heard = new App({ receiver, convoStore: store, authorize: async () => ({ botToken: "x", botId: "B" }) });
    heard.error(async (error) => {
      throw error;
    });
    heard.event("message", async ({ context }) => {
      const { turns } = (context["conversation"] as { turns: string[] } | undefined) ?? { turns: [] };
      await context["updateConversation"]({ turns: [...turns, "b"] });
    });
    const event = { type: "message", channel: id, user: "U1", text: "b", ts: "1" };
    const body = { type: "event_callback", event_id: "Ev1", team_id: "T1", event };
    const process = async () => app?.processEvent({ ack: async () => undefined, body });
    await expect(process()).rejects.toThrow("could not be read");
    expect(await store.get(id)).toEqual({ turns: ["a"] });
    await process();
    expect(await store.get(id)).toEqual({ turns: ["a", "b"] });
    await proxy.close();
  });

  test("installations of a team and of an organisation, with each user's token", async () => {
    const store = installationStore(state);
    const team = `T${Date.now()}`;
    const query = { teamId: team, enterpriseId: undefined, isEnterpriseInstall: false };
    await expect(store.fetchInstallation(query)).rejects.toThrow("No installation");
    await store.storeInstallation(installed(team, "U1", "one"));
    await store.storeInstallation(installed(team, "U2", "two"));
    expect((await store.fetchInstallation(query)).user.token).toBe("two");
    expect((await store.fetchInstallation({ ...query, userId: "U1" })).user.token).toBe("one");
    const other = await store.fetchInstallation({ ...query, userId: "U3" });
    expect([other.bot?.token, other.user.token]).toEqual(["xoxb", undefined]);
    await store.deleteInstallation?.({ ...query, userId: "U1" });
    expect((await store.fetchInstallation({ ...query, userId: "U1" })).user.token).toBeUndefined();
    await store.deleteInstallation?.(query);
    await expect(store.fetchInstallation(query)).rejects.toThrow("No installation");
    const enterpriseId = `E${Date.now()}`;
    await store.storeInstallation({
      ...installed(team, "U1", "org"),
      team: undefined,
      enterprise: { id: enterpriseId },
      isEnterpriseInstall: true,
    });
    const org = { teamId: team, enterpriseId, isEnterpriseInstall: true };
    expect((await store.fetchInstallation(org)).user.token).toBe("org");
    await store.deleteInstallation?.(org);
  });

  test("an InstallProvider authorises, and keeps the tokens that it rotates", async () => {
    const slack = express().post("/api/oauth.v2.access", (_request, response) => {
      const token = { access_token: "xoxe-2", refresh_token: "r-2", expires_in: 43_200, token_type: "bot" };
      response.json({ ok: true, ...token });
    });
    const team = `T${Date.now()}`;
    const query = { teamId: team, enterpriseId: undefined, isEnterpriseInstall: false };
    const store = installationStore(state);
    await serving(slack, async (base) => {
      const clientOptions = { slackApiUrl: `${base}/api/` };
      const ours = { clientId: "1", clientSecret: "2", stateSecret: "3", clientOptions };
      const provider = new InstallProvider({ ...ours, installationStore: store });
      await expect(provider.authorize(query)).rejects.toThrow("No installation");
      await store.storeInstallation(installed(team, "U1", "one"));
      const first = await provider.authorize({ ...query, userId: "U1" });
      expect([first.botToken, first.userToken]).toEqual(["xoxb", "one"]);
      const bot = { token: "xoxe-1", refreshToken: "r-1", expiresAt: 1, id: "B", userId: "U", scopes: [] };
      await store.storeInstallation({ ...installed(team, "U1", "one"), bot, authVersion: "v2" });
      expect((await provider.authorize(query)).botToken).toBe("xoxe-2");
      expect((await store.fetchInstallation(query)).bot).toMatchObject({ token: "xoxe-2", refreshToken: "r-2" });
      expect((await provider.authorize({ ...query, userId: "U9" })).userToken).toBeUndefined();
    });
  });

  test("an app that is uninstalled takes nothing of another app of the team with it", async () => {
    const team = `T${Date.now()}`;
    const query = { teamId: team, enterpriseId: undefined, isEnterpriseInstall: false };
    const [one, two] = ["one:", "two:"].map((prefix) => installationStore(state, { prefix }));
    for (const store of [one, two]) {
      await store?.storeInstallation(installed(team, "U1", "token"));
    }
    await one?.deleteInstallation?.(query);
    await expect(one?.fetchInstallation(query)).rejects.toThrow("No installation");
    expect((await two?.fetchInstallation(query))?.user.token).toBe("token");
  });

  test("the token of whoever installed last is gone once it is deleted, and the bot's stays", async () => {
    const store = installationStore(state);
    const team = `T${Date.now()}`;
    const query = { teamId: team, enterpriseId: undefined, isEnterpriseInstall: false };
    await store.storeInstallation(installed(team, "U1", "one"));
    await store.storeInstallation(installed(team, "U2", "two"));
    await store.deleteInstallation?.({ ...query, userId: "U2" });
    expect((await store.fetchInstallation({ ...query, userId: "U2" })).user.token).toBeUndefined();
    const { user, bot } = await store.fetchInstallation(query);
    expect([user.token, bot?.token]).toEqual([undefined, "xoxb"]);
    expect((await store.fetchInstallation({ ...query, userId: "U1" })).user.token).toBe("one");
    await store.deleteInstallation?.({ ...query, teamId: "none", userId: "U2" });
  });
});

describe("Express 5 and Hono", () => {
  test("express-rate-limit admits the limit exactly, under load and for IPv6 networks", async () => {
    const app = express();
    const store = rateLimitStore(state, {
      endpoint: `express/${randomUUID()}`,
      createPolicy: true,
      prefix: "e:",
    });
    const keyGenerator = (request: express.Request) => request.get("x-user") ?? "";
    app.use(rateLimit({ windowMs: 60_000, limit: 20, standardHeaders: "draft-8", keyGenerator, store }));
    app.get("/", (_request, response) => void response.send("ok"));
    await serving(app, async (base) => {
      const ask = (user: string) => fetch(base, { headers: { "x-user": user } });
      for (const user of ["2001:db8::/56", "203.0.113.7"]) {
        const statuses = await Promise.all(
          Array.from({ length: 60 }, async () => (await ask(user)).status),
        );
        expect(statuses.filter((status) => status === 200).length).toBe(20);
        expect(statuses.filter((status) => status === 429).length).toBe(40);
      }
      await store.resetKey("203.0.113.7");
      const again = await ask("203.0.113.7");
      expect(again.status).toBe(200);
      expect(again.headers.get("ratelimit")).toContain("r=19");
      expect((await store.get("203.0.113.7"))?.totalHits).toBe(1);
      await store.decrement("203.0.113.7");
      expect(await store.get("203.0.113.7")).toBeUndefined();
    });
  });

  /** An app behind one limiter, which is as new as a server that has just started. */
  function limited(connection: BotBot, limit: number) {
    const app = express();
    const store = rateLimitStore(connection, { endpoint: `cold/${randomUUID()}`, createPolicy: true });
    app.use(rateLimit({ windowMs: 60_000, limit, keyGenerator: () => "one", store }));
    app.get("/", (_request, response) => void response.send("ok"));
    app.use((_error: unknown, _request: express.Request, response: express.Response, _next: unknown) => {
      response.sendStatus(500);
    });
    return (work: (ask: () => Promise<number>) => Promise<void>) =>
      serving(app, (base) => work(async () => (await fetch(base)).status));
  }

  const refused: Fault = (_incoming, outgoing) => void outgoing.destroy();
  const frozen: Fault = () => undefined;

  test.each([
    ["refuses", refused, 1_000],
    ["freezes", frozen, 4_000],
  ])("a limiter that starts while the service %s counts here, and there once it is back", async (_, fault, most) => {
    const proxy = await Proxy.before(url);
    const local = new BotBot({ url: proxy.url, key, onUnavailable: "local", pauseMs: 500 });
    proxy.fault = fault;
    await limited(local, 2)(async (ask) => {
      const began = performance.now();
      expect([await ask(), await ask(), await ask(), await ask()]).toEqual([200, 200, 429, 429]);
      expect(performance.now() - began).toBeLessThan(most);
      proxy.reset();
      proxy.cut();
      const counted = () => proxy.came.includes("POST /v1/rate-checks/batch");
      await vi.waitFor(async () => expect([await ask(), counted()]).toEqual([200, true]), 5_000);
      expect([await ask(), await ask()]).toEqual([200, 429]);
    });
    await proxy.close();
  });

  test("a limiter that starts while the service is away fails where nothing else is said", async () => {
    const proxy = await Proxy.before(url);
    proxy.fault = refused;
    await limited(new BotBot({ url: proxy.url, key }), 2)(async (ask) => expect(await ask()).toBe(500));
    await proxy.close();
  });

  test("two limiters of one request count apart, and express-rate-limit sees that", async () => {
    const told = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const app = express();
    const [one, two] = [`one/${randomUUID()}`, `two/${randomUUID()}`];
    for (const options of [{ endpoint: one }, { endpoint: two }, { endpoint: two, tier: "paid" }]) {
      const store = rateLimitStore(state, { ...options, createPolicy: true });
      app.use(rateLimit({ windowMs: 60_000, limit: 9, keyGenerator: () => "one", store }));
    }
    app.get("/", (_request, response) => void response.send("ok"));
    await serving(app, async (base) => expect((await fetch(base)).status).toBe(200));
    expect(told.mock.calls.map(String)).toEqual([]);
    told.mockRestore();
    expect((await state.rates.peek({ subject: "one", endpoint: one })).remaining).toBe(8);
  });

  test("policies that are made have names of their own, however long and alike their endpoints", async () => {
    const own = randomUUID();
    const made = [`${own}a/b`, `${own}a_b`, `${own}${"é".repeat(230)}/1`, `${own}${"é".repeat(230)}/2`];
    for (const [at, endpoint] of made.entries()) {
      const store = rateLimitStore(state, { endpoint, createPolicy: true });
      store.init({ windowMs: 60_000, limit: at + 1 });
      expect((await store.increment("one")).totalHits).toBe(1);
    }
    const limits = made.map(async (endpoint) => (await state.rates.peek({ subject: "one", endpoint })).limit);
    expect(await Promise.all(limits)).toEqual([1, 2, 3, 4]);
  });

  test("limiters that start while the service is away count apart, each by its own limit", async () => {
    const proxy = await Proxy.before(url);
    proxy.fault = answers(503, {}, "");
    const away = new BotBot({ url: proxy.url, key, onUnavailable: "local" });
    const limiter = (limit: number) => {
      const store = rateLimitStore(away, { endpoint: `cold/${randomUUID()}` });
      store.init({ limit, windowMs: 60_000 });
      return store;
    };
    const [wide, narrow] = [limiter(5), limiter(2)];
    await wide.increment("ada");
    await wide.increment("ada");
    expect((await wide.increment("ada")).totalHits).toBe(3);
    expect((await narrow.increment("ada")).totalHits).toBe(1);
    await proxy.close();
  });

  test("a limiter without a policy says what is missing", async () => {
    const store = rateLimitStore(state, { endpoint: `none/${randomUUID()}` });
    await expect(store.increment("a")).rejects.toThrow("No rate policy");
  });

  test("hono-rate-limiter admits the limit exactly", async () => {
    const app = new Hono();
    app.use(
      rateLimiter({
        windowMs: 60_000,
        limit: 5,
        keyGenerator: () => "one",
        store: rateLimitStore(state, { endpoint: `hono/${randomUUID()}`, createPolicy: true }),
      }),
    );
    app.get("/", (context) => context.text("ok"));
    const statuses = await Promise.all(
      Array.from({ length: 12 }, async () => (await app.request("/")).status),
    );
    expect(statuses.filter((status) => status === 200).length).toBe(5);
  });

  test("express-session: a session is made, read, touched, regenerated, destroyed and listed", async () => {
    const owner = `express/${randomUUID()}`;
    const store = expressStore(session, state, { owner });
    const app = express();
    app.use(
      session({ store, secret: "s", resave: false, saveUninitialized: false, cookie: { maxAge: 60_000 } }),
    );
    type Count = { count?: number };
    app.get("/count", (request, response) => {
      const data = request.session as unknown as Count;
      data.count = (data.count ?? 0) + 1;
      response.json(data.count);
    });
    app.get("/look", (request, response) => void response.json((request.session as Count).count ?? null));
    app.get("/renew", (request, response) => {
      request.session.regenerate((error) => void response.status(error ? 500 : 200).json(0));
    });
    app.get("/end", (request, response) => {
      request.session.destroy((error) => void response.status(error ? 500 : 200).json(0));
    });
    await serving(app, async (base) => {
      let cookie = "";
      const ask = async (path: string) => {
        const answer = await fetch(base + path, { headers: { cookie } });
        cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? cookie;
        return (await answer.json()) as number | null;
      };
      expect([await ask("/count"), await ask("/count"), await ask("/look")]).toEqual([1, 2, 2]);
      const length = () =>
        new Promise((resolve, reject) => store.length?.((e, n) => (e ? reject(e) : resolve(n))));
      expect(await length()).toBe(1);
      await ask("/renew");
      expect(await ask("/look")).toBeNull();
      await ask("/count");
      await ask("/end");
      expect(await length()).toBe(0);
      await Promise.all(Array.from({ length: 5 }, async () => (await fetch(`${base}/count`)).text()));
      expect(await length()).toBe(5);
      await new Promise((resolve) => store.clear?.(resolve));
      expect(await length()).toBe(0);
    });
  });
});

describe("express-session's store", () => {
  const ends = (at: Date) => ({ cookie: { expires: at, originalMaxAge: null } }) as SessionData;
  const inSeconds = (seconds: number) => ends(new Date(Date.now() + seconds * 1000));

  function opened() {
    const store = expressStore(session, state, { owner: `express/${randomUUID()}` });
    return {
      set: promisify(store.set.bind(store)) as (sid: string, data: SessionData) => Promise<void>,
      get: promisify(store.get.bind(store)) as (sid: string) => Promise<SessionData | null>,
      touch: promisify(store.touch?.bind(store) as typeof store.set) as (sid: string, data: SessionData) => Promise<void>,
    };
  }

  test("two stores with prefixes of their own neither list nor clear each other's sessions", async () => {
    const [one, two] = [1, 2].map(() => expressStore(session, state, { prefix: `${randomUUID()}:` }));
    const set = (store: Store | undefined, sid: string, data: object) =>
      new Promise((resolve) => store?.set(sid, { ...inSeconds(60), ...data }, resolve));
    const all = (store: Store | undefined) =>
      new Promise((resolve, reject) => store?.all?.((error, found) => (error ? reject(error) : resolve(found))));
    await set(one, "a", { $value: 1 });
    await set(two, "b", {});
    expect(await all(one)).toMatchObject({ a: { $value: 1, cookie: {} } });
    expect(Object.keys((await all(two)) as object)).toEqual(["b"]);
    await new Promise((resolve) => one?.clear?.(resolve));
    expect(await all(one)).toEqual({});
    expect(Object.keys((await all(two)) as object)).toEqual(["b"]);
    await new Promise((resolve) => two?.clear?.(resolve));
  });

  const endOf = async (sid: string) => Date.parse((await state.sessions.get(sid))?.expiresAt ?? "");

  test("a touch moves the end to that of the cookie", async () => {
    const sid = randomUUID();
    const store = opened();
    await store.set(sid, inSeconds(60));
    const before = await endOf(sid);
    await store.touch(sid, inSeconds(600));
    expect((await endOf(sid)) - before).toBeGreaterThan(500_000);
    expect((await endOf(sid)) - before).toBeLessThan(600_000);
  });

  test("a session whose cookie is over ends, be it set or touched", async () => {
    const [set, touched] = [randomUUID(), randomUUID()];
    const store = opened();
    await store.set(set, inSeconds(60));
    await store.set(set, inSeconds(-1));
    await store.set(touched, inSeconds(60));
    await store.touch(touched, inSeconds(-1));
    expect([await store.get(set), await store.get(touched)]).toEqual([null, null]);
  });

  test("a touch of a session that is gone is no error, and makes none", async () => {
    const sid = randomUUID();
    const store = opened();
    await store.touch(sid, inSeconds(60));
    expect(await store.get(sid)).toBeNull();
  });

  test("a cookie of a hundred years is kept for as long as the service keeps anything", async () => {
    const sid = randomUUID();
    const store = opened();
    const far = inSeconds(100 * 365 * 86_400);
    await store.set(sid, far);
    await store.touch(sid, far);
    expect(await endOf(sid)).toBeGreaterThan(Date.now() + 9.9 * 365 * 86_400_000);
  });
});

describe("Keyv", () => {
  test("a Keyv keeps, expires, iterates and clears, its namespace alone", async () => {
    const one = new Keyv({ store: new BotBotKeyv(state), namespace: `one-${randomUUID()}` });
    const two = new Keyv({ store: new BotBotKeyv(state), namespace: `two-${randomUUID()}` });
    await one.set("a", { n: 1 });
    await two.set("a", "other");
    await one.set("brief", 1, 250);
    expect(await one.get("brief")).toBe(1);
    await expect.poll(() => one.get("brief"), { timeout: 3_000 }).toBeUndefined();
    expect(await one.getMany(["a", "none"])).toEqual([{ n: 1 }, undefined]);
    const entries = [];
    for await (const entry of one.iterator?.() ?? []) {
      entries.push(entry);
    }
    expect(entries).toEqual([["a", { n: 1 }]]);
    await one.clear();
    expect([await one.get("a"), await two.get("a")]).toEqual([undefined, "other"]);
    await two.clear();
  });
});

describe("OpenFeature", () => {
  const prefix = `flags.${randomUUID()}.`;
  const provider = new BotBotProvider(state, { prefix });
  const client = OpenFeature.getClient("flags");

  beforeAll(async () => {
    await state.settings.put(`${prefix}on`, { value: true });
    await state.settings.put(`${prefix}model`, { value: { name: "small" } });
    await state.settings.put(`${prefix}empty`, { value: null });
    await OpenFeature.setProviderAndWait("flags", provider);
  });
  afterAll(() => OpenFeature.close());

  test("flags are settings, with their reasons and errors", async () => {
    expect(await client.getBooleanValue(`${prefix}on`, false)).toBe(true);
    expect(await client.getObjectValue(`${prefix}model`, {})).toEqual({ name: "small" });
    const missing = await client.getNumberDetails(`${prefix}none`, 7);
    expect([missing.value, missing.errorCode]).toEqual([7, "FLAG_NOT_FOUND"]);
    const wrong = await client.getStringDetails(`${prefix}on`, "x");
    expect([wrong.value, wrong.errorCode]).toEqual(["x", "TYPE_MISMATCH"]);
    const empty = await client.getObjectDetails(`${prefix}empty`, { name: "large" });
    expect([empty.value, empty.errorCode]).toEqual([{ name: "large" }, "TYPE_MISMATCH"]);
  });

  test("a change is told, and in force", async () => {
    const told: string[] = [];
    client.addHandler(ProviderEvents.ConfigurationChanged, (event) => {
      told.push(...(event?.flagsChanged ?? []));
    });
    await state.settings.put(`${prefix}on`, { value: false });
    await expect.poll(() => client.getBooleanValue(`${prefix}on`, true), { timeout: 5_000 }).toBe(false);
    await expect.poll(() => told).toContain(`${prefix}on`);
  });

  test("a provider that starts during an outage says that it is stale, and ready once it is over", async () => {
    const proxy = await Proxy.before(url);
    proxy.fault = answers(503, {}, "");
    const bootstrap = { [`${prefix}on`]: true };
    const cold = new BotBotProvider({ url: proxy.url, key, retries: 0 }, { prefix, bootstrap });
    await OpenFeature.setProviderAndWait("cold", cold);
    const flags = OpenFeature.getClient("cold");
    await expect.poll(() => flags.providerStatus).toBe("STALE");
    expect((await flags.getBooleanDetails(`${prefix}on`, false)).reason).toBe("STALE");
    proxy.reset();
    await expect.poll(() => flags.providerStatus, { timeout: 5_000 }).toBe("READY");
    expect(cold.mirror.state).toBe("live");
    await cold.onClose();
    await proxy.close();
  });

  test("an outage is told, flags are served through it, and its end is told", async () => {
    const proxy = await Proxy.before(url);
    const away = new BotBotProvider({ url: proxy.url, key }, { prefix });
    await OpenFeature.setProviderAndWait("away", away);
    const flags = OpenFeature.getClient("away");
    const told: string[] = [];
    flags.addHandler(ProviderEvents.Stale, () => void told.push("stale"));
    flags.addHandler(ProviderEvents.Ready, () => void told.push("ready"));
    told.length = 0; // a handler of what is so already is called at once
    proxy.fault = answers(503, {}, "");
    proxy.cut();
    await expect.poll(() => told, { timeout: 5_000 }).toEqual(["stale"]);
    const served = await flags.getObjectDetails(`${prefix}model`, {});
    expect([served.value, served.reason]).toEqual([{ name: "small" }, "STALE"]);
    proxy.reset();
    await expect.poll(() => told, { timeout: 5_000 }).toEqual(["stale", "ready"]);
    expect((await flags.getObjectDetails(`${prefix}model`, {})).reason).toBe("STATIC");
    await away.onClose();
    await proxy.close();
  });
});

describe("Chat SDK", () => {
  test("two processes of a Chat handle a message once, and remember thread and subscription", async () => {
    const prefix = `${randomUUID()}/`;
    const heard: string[] = [];
    const make = () => {
      const adapter = {
        name: "memory",
        userName: "bot",
        initialize: async () => undefined,
        disconnect: async () => undefined,
        channelIdFromThreadId: (id: string) => id.split(":").slice(0, 2).join(":"),
        isDM: () => false,
        decodeThreadId: (id: string) => id,
        encodeThreadId: (id: string) => id,
        postMessage: async (threadId: string) => ({ id: randomUUID(), threadId, raw: {} }),
      } as unknown as Adapter;
      const chat = new Chat({
        userName: "bot",
        adapters: { memory: adapter },
        state: botbotState(state, { prefix }),
        logger: "silent",
      });
      chat.onNewMention(async (thread, message) => {
        heard.push(`mention ${message.text}`);
        await thread.subscribe();
        await thread.setState({ topic: "sessions" });
      });
      chat.onSubscribedMessage(async (thread, message) => {
        const { topic } = ((await thread.state) ?? {}) as { topic?: string };
        heard.push(`${message.text} on ${topic}`);
      });
      const say = (id: string, text: string, isMention = false) => {
        const threadId = "memory:C1:T1";
        const author = { userId: "U1", userName: "ada", fullName: "Ada", isBot: false, isMe: false };
        const metadata = { dateSent: new Date(), edited: false };
        const formatted = { type: "root" as const, children: [] };
        const data = { id, threadId, text, author, metadata, formatted, raw: {}, attachments: [], isMention };
        return chat.handleIncomingMessage(adapter, threadId, new Message(data));
      };
      return { chat, say };
    };
    const [one, two] = [make(), make()];
    await one.chat.initialize();
    await two.chat.initialize();
    await one.say("1", "hello", true);
    await two.say("1", "hello", true);
    await two.say("2", "more");
    await one.say("2", "more");
    expect(heard).toEqual(["mention hello", "more on sessions"]);
    await one.chat.shutdown();
    await two.chat.shutdown();
  });

  // the SDK's own state in memory is the reference: the same steps on both
  const both = [
    ["memory", () => createMemoryState()],
    ["botbotState", () => botbotState(state, { prefix: `${randomUUID()}/` })],
  ] as const;

  test.each(both)("%s: values, locks, lists, queues and subscriptions", async (_, make) => {
    const chat = make();
    await chat.connect();
    expect(await chat.get("a")).toBeNull();
    await chat.set("a", { n: 1 });
    expect(await chat.get("a")).toEqual({ n: 1 });
    expect(await chat.setIfNotExists("a", 2)).toBe(false);
    expect(await chat.setIfNotExists("b", 2, 200)).toBe(true);
    await expect.poll(() => chat.setIfNotExists("b", 3), { timeout: 3_000 }).toBe(true);
    await chat.delete("a");
    expect(await chat.get("a")).toBeNull();

    const locks = await Promise.all(Array.from({ length: 20 }, () => chat.acquireLock("t", 30_000)));
    const held = locks.filter((lock) => lock !== null);
    expect(held.length).toBe(1);
    const [lock] = held;
    if (!lock) {
      throw new Error("no lock");
    }
    expect(await chat.extendLock(lock, 60_000)).toBe(true);
    expect(await chat.extendLock({ ...lock, token: "other" }, 60_000)).toBe(false);
    await chat.releaseLock({ ...lock, token: "other" });
    expect(await chat.acquireLock("t", 1_000)).toBeNull();
    await chat.releaseLock(lock);
    expect(await chat.extendLock(lock, 1_000)).toBe(false);
    expect(await chat.acquireLock("t", 250)).not.toBeNull();
    await expect.poll(() => chat.acquireLock("t", 250), { timeout: 3_000 }).not.toBeNull();
    await chat.forceReleaseLock("t");
    expect(await chat.acquireLock("t", 1_000)).not.toBeNull();

    await Promise.all(Array.from({ length: 30 }, (_, at) => chat.appendToList("l", at)));
    expect(new Set(await chat.getList("l")).size).toBe(30);
    await chat.appendToList("l", 30, { maxLength: 5 });
    const list = await chat.getList<number>("l");
    expect([list.length, list[4]]).toEqual([5, 30]);
    expect(await chat.getList("none")).toEqual([]);

    const entry = (text: string) =>
      ({ enqueuedAt: 1, expiresAt: Date.now() + 60_000, message: { text } }) as never;
    expect(await chat.enqueue("t", entry("a"), 2)).toBe(1);
    expect(await chat.enqueue("t", entry("b"), 2)).toBe(2);
    expect(await chat.enqueue("t", entry("c"), 2)).toBe(2);
    expect(await chat.queueDepth("t")).toBe(2);
    expect((await chat.dequeue("t"))?.message).toEqual({ text: "b" });
    expect((await chat.dequeue("t"))?.message).toEqual({ text: "c" });
    expect(await chat.dequeue("t")).toBeNull();

    await chat.subscribe("t");
    expect(await chat.isSubscribed("t")).toBe(true);
    await chat.unsubscribe("t");
    expect(await chat.isSubscribed("t")).toBe(false);
  });

  test("appenders that find something else in a list's place lose none of their values", async () => {
    const chat = botbotState(state, { prefix: `${randomUUID()}/` });
    for (let round = 0; round < 5; round++) {
      await chat.set(`l${round}`, "no list");
      await Promise.all(Array.from({ length: 8 }, (_, at) => chat.appendToList(`l${round}`, at)));
      expect(new Set(await chat.getList(`l${round}`)).size).toBe(8);
    }
  });

  test("a value that is in is no error, though the service goes away right after", async () => {
    const proxy = await Proxy.before(url);
    const chat = botbotState({ url: proxy.url, key, retries: 0 });
    const list = randomUUID();
    await chat.appendToList(list, 1);
    proxy.fault = (incoming, outgoing, pass) =>
      incoming.method === "PATCH" && !incoming.headers["if-match"] ? pass() : void outgoing.destroy();
    await chat.appendToList(list, 2, { ttlMs: 60_000 });
    await chat.appendToList(list, 3, { maxLength: 1 });
    proxy.reset();
    expect(await chat.getList(list)).toEqual([1, 2, 3]);
    await chat.appendToList(list, 4, { maxLength: 1 });
    expect(await chat.getList(list)).toEqual([4]);
    await proxy.close();
  });

  test("the end of a list is that of the last append, or none", async () => {
    const chat = botbotState(state);
    const list = randomUUID();
    const end = async () => Date.parse((await state.sessions.get(list))?.expiresAt ?? "") - Date.now();
    await chat.appendToList(list, 1, { ttlMs: 60_000 });
    expect(await end()).toBeLessThan(60_500);
    await chat.appendToList(list, 2, { ttlMs: 120_000 });
    expect(await end()).toBeGreaterThan(110_000);
    await chat.appendToList(list, 3);
    expect(await end()).toBeGreaterThan(360 * 86_400_000);
    await chat.appendToList(list, 4, { ttlMs: 60_000 });
    expect(await end()).toBeLessThan(60_500);
  });

  test("what is too large to be appended is an error, be there a list or not", async () => {
    const chat = botbotState(state);
    const list = randomUUID();
    const large = "x".repeat(200_000);
    await chat.appendToList(list, large);
    await expect(chat.appendToList(list, large)).rejects.toThrow();
    await expect(chat.appendToList(randomUUID(), large + large)).rejects.toThrow();
    expect((await chat.getList(list)).length).toBe(1);
  });

  test("a lock that is free costs one call, and a lost answer is no lock", async () => {
    const proxy = await Proxy.before(url);
    const chat = botbotState({ url: proxy.url, key, retries: 0 });
    const thread = randomUUID();
    expect(await chat.acquireLock(thread, 60_000)).not.toBeNull();
    expect(proxy.came.length).toBe(1);
    proxy.next(1, losesTheAnswer(url));
    await expect(chat.acquireLock(randomUUID(), 60_000)).rejects.toThrow();
    await proxy.close();
  });
});
