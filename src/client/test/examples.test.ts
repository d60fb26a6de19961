import { createHmac } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:http";
import { LogLevel } from "@slack/bolt";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { BotBot, isOutage } from "@botbot/state";
import { installationStore } from "@botbot/state/bolt";
import { Servers } from "./service/servers.js";

let servers: Servers;
let state: BotBot;
const copy = `/tmp/settings-${process.pid}.json`;

beforeAll(async () => {
  servers = await Servers.launch("client-examples");
  state = new BotBot({ ...servers.place, timeout: 10_000 });
  process.env["BOTBOT_URL"] = servers.place.url;
  process.env["BOTBOT_KEY"] = servers.place.key;
  process.env["SETTINGS_COPY"] = copy;
});
afterAll(async () => {
  await servers.close();
  opened.forEach((server) => server.closeAllConnections());
  opened.forEach((server) => server.close());
  rmSync(copy, { force: true });
});

test("each example is shorter than forty lines", () => {
  for (const name of readdirSync("examples")) {
    expect(readFileSync(`examples/${name}`, "utf8").split("\n").length - 1, name).toBeLessThan(40);
  }
});

interface Update {
  id: number;
  chat: string;
  text: string;
}

const CHATS = ["C1", "C2"];
const UPDATES: Update[] = Array.from({ length: 40 }, (_, at) => {
  return { id: at + 1, chat: CHATS[at % 2] ?? "", text: `text ${at + 1}` };
});
const AT_ONCE = 4;

/** Sends an update over HTTP, and answers the status. */
type Send = (update: Update) => Promise<number>;

/** The platform of a bot: only what was answered with 2xx in time is final, all else is sent again. */
class Platform {
  /** What the bot has said in each chat. */
  readonly said = new Map<string, string[]>();
  /** How often an update was answered without the platform knowing. */
  readonly unheard = new Map<number, number>();
  readonly refused = new Map<number, number>();
  /** What the bot threw, out of what the framework wraps it in. */
  readonly failures: unknown[] = [];
  /** Fulfilled when a third of the updates is through. */
  readonly third: Promise<void>;
  #thirdIsThrough: () => void = () => undefined;
  #through = 0;
  readonly #queue = [...UPDATES];

  constructor(
    readonly send: Send,
    readonly patience: number,
  ) {
    this.third = new Promise((resolve) => {
      this.#thirdIsThrough = resolve;
    });
  }

  readonly failed = (error: unknown): never => {
    let cause = error as { error?: unknown; original?: unknown };
    for (let inner = cause.error ?? cause.original; inner; inner = cause.error ?? cause.original) {
      cause = inner;
    }
    this.failures.push(cause);
    throw error;
  };

  hear(chat: string, text: string): void {
    this.said.set(chat, [...(this.said.get(chat) ?? []), text]);
  }

  /** Several at once; what failed comes again after the others, so out of order. */
  async deliver(): Promise<void> {
    await Promise.all(Array.from({ length: AT_ONCE }, () => this.#work()));
  }

  async #work(): Promise<void> {
    for (let update = this.#queue.shift(); update; update = this.#queue.shift()) {
      if (await this.#delivered(update)) {
        this.#through++;
        if (this.#through === Math.floor(UPDATES.length / 3)) {
          this.#thirdIsThrough();
        }
      } else {
        this.#queue.push(update);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  async #delivered(update: Update): Promise<boolean> {
    let late: NodeJS.Timeout | undefined;
    const tooLate = new Promise<number>((resolve) => {
      late = setTimeout(resolve, this.patience, 0);
    });
    const status = await Promise.race([this.send(update), tooLate]);
    clearTimeout(late);
    const unheard = this.unheard.get(update.id) ?? 0;
    // now and then the answer is lost on its way
    if (status === 0 || (status < 300 && update.id % 10 === 0 && unheard === 0)) {
      this.unheard.set(update.id, unheard + 1);
      return false;
    }
    if (status >= 300) {
      this.refused.set(status, (this.refused.get(status) ?? 0) + 1);
    }
    return status < 300;
  }
}

const opened: Server[] = [];

async function listening(server: Server): Promise<string> {
  opened.push(server);
  if (!server.listening) {
    await once(server.listen(0, "127.0.0.1"), "listening");
  }
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<number> {
  const text = JSON.stringify(body);
  const init = { method: "POST", body: text, headers: { "content-type": "application/json", ...headers } };
  const answer = await fetch(url, init);
  await answer.text();
  return answer.status;
}

/** The platform's own interface, as far as a bot asks for it: takes its messages. */
async function api(take: (path: string, body: string) => void): Promise<string> {
  return listening(
    createServer(async (incoming, outgoing) => {
      let body = "";
      for await (const part of incoming) {
        body += part;
      }
      take(decodeURIComponent(incoming.url ?? ""), body);
      outgoing.writeHead(200, { "content-type": "application/json" }).end('{"ok": true, "id": "1"}');
    }),
  );
}

async function telegram(): Promise<Platform> {
  process.env["PORT"] = "0";
  process.env["TELEGRAM_SECRET"] = "secret";
  const { bot, server } = await import("../examples/grammy.js");
  await vi.waitFor(() => expect(server.listening).toBe(true));
  const url = await listening(server);
  bot.botInfo = { id: 1, is_bot: true, first_name: "b", username: "b" } as typeof bot.botInfo;
  const platform = new Platform(({ id, chat, text }) => {
    const group = { id: -1000 - CHATS.indexOf(chat), type: "group" as const, title: "g" };
    const from = { id: 7, is_bot: false, first_name: "Ada" };
    const message = { message_id: id, date: 0, chat: group, from, text };
    const headers = { "x-telegram-bot-api-secret-token": "secret" };
    return post(url, { update_id: id, message }, headers);
  }, 60_000);
  const handle = bot.handleUpdate.bind(bot);
  bot.handleUpdate = (...update) => handle(...update).catch(platform.failed);
  bot.api.config.use(async (_call, _method, payload) => {
    const { chat_id, text } = payload as { chat_id: number; text: string };
    platform.hear(CHATS[-1000 - chat_id] ?? "", text);
    return { ok: true, result: true as never };
  });
  return platform;
}

async function teams(): Promise<Platform> {
  const { app } = await import("../examples/agents.js");
  const url = await listening(createServer(app));
  const serviceUrl = await api((path, body) => {
    const chat = CHATS.find((chat) => path.includes(`/${chat}@`)) ?? path;
    platform.hear(chat, (JSON.parse(body) as { text: string }).text);
  });
  const platform = new Platform(
    ({ id, chat, text }) =>
      post(`${url}/api/messages`, {
        type: "message",
        id: `activity-${id}`,
        channelId: "msteams",
        text,
        from: { id: "29:ada" },
        recipient: { id: "28:bot" },
        conversation: { id: `${chat}@thread.tacv2` },
        serviceUrl,
      }),
    15_000,
  );
  app.use((error: unknown, _in: unknown, _out: unknown, _next: unknown) => platform.failed(error));
  return platform;
}

async function slack(): Promise<Platform> {
  const secret = "secret";
  const slackApiUrl = await api((_path, body) => {
    const said = new URLSearchParams(body);
    platform.hear(said.get("channel") ?? "", said.get("text") ?? "");
  });
  const { makeApp } = await import("../examples/bolt.js");
  await installationStore(servers.place).storeInstallation({
    team: { id: "T1" },
    enterprise: undefined,
    user: { id: "U1", token: undefined, scopes: undefined },
    bot: { token: "xoxb-1", id: "B1", userId: "U0", scopes: [] },
  });
  const options = { signingSecret: secret, clientId: "1", clientSecret: "2", stateSecret: "3" };
  const quiet = { debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, getLevel: () => LogLevel.ERROR, setName() {} };
  const clientOptions = { slackApiUrl: `${slackApiUrl}/api/` };
  const app = makeApp({ ...options, logger: quiet, clientOptions });
  app.error(async (error) => platform.failed(error));
  const url = await listening((await app.start(0)) as Server);
  const platform = new Platform(({ id, chat, text }) => {
    const event = { type: "message", channel: chat, user: "U1", text, ts: `${id}` };
    const body = { type: "event_callback", event_id: `Ev${id}`, team_id: "T1", event };
    const time = `${Math.floor(Date.now() / 1000)}`;
    const signed = createHmac("sha256", secret).update(`v0:${time}:${JSON.stringify(body)}`);
    return post(`${url}/slack/events`, body, {
      "x-slack-request-timestamp": time,
      "x-slack-signature": `v0=${signed.digest("hex")}`,
    });
  }, 3_000);
  return platform;
}

type Data = Record<string, unknown>;
type Turn = { text: string; number: number };

const count = (statuses: number[], status: number) =>
  statuses.filter((other) => other === status).length;

describe("the service is killed and started again under", () => {
  const statuses: Record<string, number[]> = {};
  const counts: [number, number?][] = [];
  const platforms: Record<string, Platform> = {};
  const worked: string[] = [];
  let late = 0;

  beforeAll(async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined); // the bots tell of the outage
    await state.settings.put("worker.model", { value: "large" });
    const { settings, work } = await import("../examples/worker.js");
    worked.push(work("a"));
    const { app } = await import("../examples/express.js");
    const base = await listening(createServer(app));
    const ask = (user: string, tier: string) =>
      fetch(base, { headers: { "x-user": user, "x-tier": tier } }).then((a) => a.status);
    const asks = (times: number, user: string, tier: string) =>
      Promise.all(Array.from({ length: times }, () => ask(user, tier)));
    let cookie = "";
    const count = async () => {
      const answer = await fetch(`${base}/count`, { headers: { cookie, "x-user": "eve" } });
      cookie ||= answer.headers.get("set-cookie")?.split(";")[0] ?? "";
      const { count } = (await answer.json().catch(() => ({}))) as { count?: number };
      counts.push(count === undefined ? [answer.status] : [answer.status, count]);
    };
    statuses["free"] = await asks(30, "ada", "free");
    statuses["paid"] = await asks(120, "bob", "paid");
    await count();
    await count();

    Object.assign(platforms, { grammy: await telegram(), agents: await teams(), bolt: await slack() });
    const all = Object.values(platforms);
    const delivered = Promise.all(all.map((platform) => platform.deliver()));
    await Promise.all(all.map((platform) => platform.third));
    await servers.kill();
    statuses["away"] = await asks(15, "carl", "free");
    await count();
    await vi.waitFor(() => expect(settings.state).toBe("stale"), 10_000);
    worked.push(work("b"));
    await servers.start();
    const back = performance.now();
    await state.settings.put("worker.model", { value: "huge" });
    await vi.waitFor(() => expect(work("c")).toContain("huge"), { timeout: 9_000, interval: 20 });
    late = Math.round(performance.now() - back);
    settings.close();
    await delivered;
    await count();
    await vi.waitFor(async () => expect(await ask("dora", "free")).toBe(200), 10_000);
  });

  test.each([
    ["grammy", ["-1000", "-1001"], (data: Data) => data["$value"]],
    ["agents", CHATS.map((chat) => `msteams/conversations/${chat}@thread.tacv2/`), (data: Data) => data["turns"]],
    ["bolt", CHATS, (data: Data) => data["turns"]],
  ])("the %s bot: no update is lost, and none has its effect twice", async (name, ids, open) => {
    const platform = platforms[name];
    const sent = { unheard: 0, refused: platform?.refused };
    for (const [at, id] of ids.entries()) {
      const turns = open((await state.sessions.get(id))?.data ?? {}) as Turn[];
      const updates = UPDATES.filter(({ chat }) => chat === CHATS[at]);
      expect(turns.map(({ text }) => text).sort()).toEqual(updates.map(({ text }) => text).sort());
      expect(turns.map(({ number }) => number)).toEqual(updates.map((_, before) => before + 1));
      // each is answered; again only where the platform did not hear of it
      for (const { id: update, text } of updates) {
        const number = turns.find((turn) => turn.text === text)?.number;
        const said = platform?.said.get(CHATS[at] ?? "") ?? [];
        const answers = said.filter((answer) => answer === `That was message number ${number}.`).length;
        const unheard = platform?.unheard.get(update) ?? 0;
        sent.unheard += unheard;
        expect(answers).toBeGreaterThanOrEqual(1);
        expect(answers).toBeLessThanOrEqual(1 + unheard);
      }
    }
    expect([...(sent.refused?.values() ?? [])].length).toBeGreaterThan(0);
    console.log(`${name}: ${UPDATES.length} updates`, sent);
  });

  test("no bot throws anything but the outage", () => {
    for (const { failures } of Object.values(platforms)) {
      expect(failures.length).toBeGreaterThan(0);
      expect(failures.filter((failure) => !isOutage(failure))).toEqual([]);
    }
  });

  test("the Express server: the limits hold before, and in the process meanwhile", () => {
    const of = (name: string) => statuses[name] ?? [];
    expect([count(of("free"), 200), count(of("free"), 429)]).toEqual([10, 20]);
    expect([count(of("paid"), 200), count(of("paid"), 429)]).toEqual([100, 20]);
    expect([count(of("away"), 200), count(of("away"), 429)]).toEqual([10, 5]);
  });

  test("the Express server: a session goes on after the outage, and is a 500 meanwhile", () => {
    expect(counts).toEqual([[200, 1], [200, 2], [500], [200, 3]]);
  });

  test("the worker: its settings outlive the outage, and are right within 2 s after it", () => {
    expect(worked).toEqual(["a by the large model", "b by the large model"]);
    console.log(`mirror: right ${late} ms after the service is back`);
    expect(late).toBeLessThan(2_000);
  });
});
