import { once } from "node:events";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:http";
import { Activity } from "@microsoft/agents-activity";
import { BaseAdapter, type ResourceResponse, TurnContext } from "@microsoft/agents-hosting";
import type { App, Receiver } from "@slack/bolt";
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
  apis.forEach((api) => api.closeAllConnections());
  apis.forEach((api) => api.close());
  rmSync(copy, { force: true });
});

test("each example is shorter than forty lines", () => {
  for (const name of readdirSync("examples")) {
    expect(readFileSync(`examples/${name}`, "utf8").split("\n").length - 1, name).toBeLessThan(40);
  }
});

/** What a platform does: an update that was not acknowledged is sent again. */
class Platform {
  redelivered = 0;
  readonly failures: unknown[] = [];

  async deliver(give: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await give();
      } catch (error) {
        this.failures.push(error);
        this.redelivered++;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }
}

const UPDATES = 60;

/** Feeds updates one after the other; `third` is fulfilled when a third of them is through. */
async function feed(give: (at: number) => Promise<void>, third: () => void): Promise<Platform> {
  const platform = new Platform();
  for (let at = 1; at <= UPDATES; at++) {
    if (at === UPDATES / 3) {
      third();
    }
    await platform.deliver(() => give(at));
  }
  return platform;
}

const apis: Server[] = [];
const platforms = new Map<string, Platform>();

/** What each bot has answered its users. */
const replies: Record<string, string[]> = { grammy: [], agents: [], bolt: [] };
const REPLIES = Array.from({ length: UPDATES }, (_, at) => `That was message number ${at + 1}.`);

/** What was thrown, out of what the frameworks wrap it in. */
const causes = (platform: Platform | undefined) =>
  (platform?.failures ?? []).map((failure) => {
    const { error } = failure as { error?: unknown };
    return error ?? failure;
  });

const EXPECTED = Array.from({ length: UPDATES }, (_, at) => `text ${at + 1}`);

async function telegram(): Promise<(at: number) => Promise<void>> {
  const { bot } = await import("../examples/grammy.js");
  bot.botInfo = { id: 1, is_bot: true, first_name: "b", username: "b" } as typeof bot.botInfo;
  bot.api.config.use(async (_call, _method, payload) => {
    replies["grammy"]?.push((payload as { text: string }).text);
    return { ok: true, result: true as never };
  });
  const chat = { id: -1001, type: "group" as const, title: "g" };
  const from = { id: 7, is_bot: false, first_name: "Ada" };
  return (at) =>
    bot.handleUpdate({
      update_id: at,
      message: { message_id: at, date: 0, chat, from, text: `text ${at}` },
    });
}

async function teams(): Promise<(at: number) => Promise<void>> {
  const { Bot } = await import("../examples/agents.js");
  const bot = new Bot();
  return async (at) => {
    const activity = Activity.fromObject({
      type: "message",
      id: `activity-${at}`,
      channelId: "msteams",
      text: `text ${at}`,
      from: { id: "29:ada" },
      recipient: { id: "28:bot" },
      conversation: { id: "19:meeting@thread.tacv2;messageid=17" },
      serviceUrl: "https://smba.example/",
    });
    await bot.run(new TurnContext(new Offline(), activity));
  };
}

/** Slack's own interface, as far as the bot asks for it: takes its messages. */
async function slackApi(): Promise<string> {
  const api = createServer(async (incoming, outgoing) => {
    let body = "";
    for await (const part of incoming) {
      body += part;
    }
    replies["bolt"]?.push(new URLSearchParams(body).get("text") ?? "");
    outgoing.writeHead(200, { "content-type": "application/json" }).end('{"ok": true}');
  }).listen(0, "127.0.0.1");
  await once(api, "listening");
  apis.push(api);
  return `http://127.0.0.1:${(api.address() as AddressInfo).port}/api/`;
}

async function slack(): Promise<(at: number) => Promise<void>> {
  const { makeApp } = await import("../examples/bolt.js");
  await installationStore(servers.place).storeInstallation({
    team: { id: "T1" },
    enterprise: undefined,
    user: { id: "U1", token: undefined, scopes: undefined },
    bot: { token: "xoxb-1", id: "B1", userId: "U0", scopes: [] },
  });
  let app: App | undefined;
  const receiver: Receiver = {
    init: (given) => void (app = given),
    start: async () => undefined,
    stop: async () => undefined,
  };
  const clientOptions = { slackApiUrl: await slackApi() };
  makeApp({ receiver, clientOptions }).error(async (error) => {
    throw error;
  });
  return async (at) => {
    await app?.processEvent({
      ack: async () => undefined,
      body: {
        type: "event_callback",
        event_id: `Ev${at}`,
        team_id: "T1",
        event: { type: "message", channel: "C1", user: "U1", text: `text ${at}`, ts: `${at}` },
      },
    });
  };
}

const count = (statuses: number[], status: number) =>
  statuses.filter((other) => other === status).length;

describe("the service is killed and started again under", () => {
  const statuses: Record<string, number[]> = {};
  const worked: string[] = [];
  let late = 0;

  beforeAll(async () => {
    await state.settings.put("worker.model", { value: "large" });
    const { settings, work } = await import("../examples/worker.js");
    worked.push(work("a"));
    const { app } = await import("../examples/express.js");
    const server: Server = app.listen(0);
    await once(server, "listening");
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const ask = (user: string, tier: string) =>
      fetch(base, { headers: { "x-user": user, "x-tier": tier } }).then((a) => a.status);
    const asks = (times: number, user: string, tier: string) =>
      Promise.all(Array.from({ length: times }, () => ask(user, tier)));
    statuses["free"] = await asks(30, "ada", "free");
    statuses["paid"] = await asks(120, "bob", "paid");

    const bots = { grammy: await telegram(), agents: await teams(), bolt: await slack() };
    const thirds: Promise<void>[] = [];
    const fed = Object.entries(bots).map(([name, give]) => {
      let platform: Promise<Platform> | undefined;
      thirds.push(
        new Promise((resolve) => {
          platform = feed(give, resolve);
        }),
      );
      return platform?.then((result) => platforms.set(name, result));
    });
    await Promise.all(thirds);
    await servers.kill();
    statuses["away"] = await asks(15, "carl", "free");
    await vi.waitFor(() => expect(settings.state).toBe("stale"), 10_000);
    worked.push(work("b"));
    await servers.start();
    const back = performance.now();
    await state.settings.put("worker.model", { value: "huge" });
    const changed = performance.now();
    await vi.waitFor(() => expect(work("c")).toContain("huge"), { timeout: 9_000, interval: 20 });
    late = Math.round(performance.now() - Math.max(back, changed));
    settings.close();
    await Promise.all(fed);
    await vi.waitFor(async () => expect(await ask("dora", "free")).toBe(200), 10_000);
    server.close();
    server.closeAllConnections();
  });

  test.each([
    ["grammy", "-1001", (data: Record<string, unknown>) => data["turns"]],
    [
      "agents",
      "msteams/conversations/19:meeting@thread.tacv2;messageid=17/",
      (data: Record<string, unknown>) => (data["talk"] as { turns: string[] }).turns,
    ],
    ["bolt", "C1", (data: Record<string, unknown>) => data["turns"]],
  ])("the %s bot: no update is lost, none has its effect or its answer twice", async (name, id, turns) => {
    expect(turns((await state.sessions.get(id))?.data ?? {})).toEqual(EXPECTED);
    const platform = platforms.get(name);
    expect(platform?.redelivered).toBeGreaterThan(0);
    expect(replies[name]).toEqual(REPLIES);
    console.log(`${name}: ${UPDATES} updates, ${platform?.redelivered} of them sent again`);
  });

  test("nothing is thrown but the outage, in the framework's own wrapping", () => {
    for (const name of ["grammy", "agents"]) {
      expect(causes(platforms.get(name)).every(isOutage)).toBe(true);
    }
    for (const error of platforms.get("bolt")?.failures ?? []) {
      expect((error as Error).message).toMatch(/v1.sessions|could not be read|Authorization|authorize/i);
    }
  });

  test("the Express server: the limits hold before, and in the process meanwhile", () => {
    const of = (name: string) => statuses[name] ?? [];
    expect([count(of("free"), 200), count(of("free"), 429)]).toEqual([10, 20]);
    expect([count(of("paid"), 200), count(of("paid"), 429)]).toEqual([100, 20]);
    expect([count(of("away"), 200), count(of("away"), 429)]).toEqual([10, 5]);
  });

  test("the worker: its settings outlive the outage, and are right within 2 s after it", () => {
    expect(worked).toEqual(["a by the large model", "b by the large model"]);
    console.log(`mirror: right ${late} ms after the first change since the outage`);
    expect(late).toBeLessThan(2_000);
  });
});

/** An adapter that keeps what is to be sent. */
class Offline extends BaseAdapter {
  async sendActivities(_context: TurnContext, activities: Activity[]): Promise<ResourceResponse[]> {
    replies["agents"]?.push(...activities.map((activity) => activity.text ?? ""));
    return activities.map(() => ({ id: "" }));
  }
  async updateActivity(): Promise<void> {}
  async deleteActivity(): Promise<void> {}
  async continueConversation(): Promise<void> {}
  async uploadAttachment(): Promise<ResourceResponse> {
    return { id: "" };
  }
  async getAttachmentInfo(): Promise<never> {
    throw new Error("there are no attachments");
  }
  async getAttachment(): Promise<never> {
    throw new Error("there are no attachments");
  }
}
