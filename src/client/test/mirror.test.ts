import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from "vitest";
import {
  AuthenticationError,
  BotBot,
  BotBotError,
  type ChangeEvent,
  ConnectionError,
  type MirrorOptions,
  type SettingsMirror,
  TimeoutError,
} from "@botbot/state";
import { fileCopy } from "@botbot/state/file";
import { answers, neverAnswers, Proxy } from "./service/proxy.js";

const { url, key } = inject("place");
const state = new BotBot({ url, key });
const open: SettingsMirror[] = [];
let proxy: Proxy;
let prefix: string;
let folder: string;

beforeAll(async () => {
  proxy = await Proxy.before(url);
  folder = mkdtempSync(join(tmpdir(), "mirror-"));
});
afterAll(async () => {
  await proxy.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  proxy.reset();
  prefix = `mirror.${randomUUID()}.`;
});
afterEach(() => open.splice(0).forEach((mirror) => mirror.close()));

function mirrorOf(options: MirrorOptions = {}): SettingsMirror {
  const mirror = new BotBot({ url: proxy.url, key }).settings.mirror({ prefix, ...options });
  open.push(mirror);
  return mirror;
}

const put = (name: string, value: unknown) => state.settings.put(prefix + name, { value });

test("it has what is there, and follows each change within two seconds", async () => {
  for (let at = 0; at < 250; at += 10) {
    await Promise.all(Array.from({ length: 10 }, (_, more) => put(`many.${at + more}`, at + more)));
  }
  const changed: string[] = [];
  const mirror = mirrorOf({ onChange: (keys) => changed.push(...keys) });
  await mirror.start();
  expect(mirror.keys().length).toBe(250);
  expect(mirror.get<number>(`${prefix}many.249`)).toBe(249);
  await put("many.1", { on: true });
  await expect.poll(() => mirror.get(`${prefix}many.1`), { timeout: 2_000 }).toEqual({ on: true });
  await state.settings.delete(`${prefix}many.2`);
  await expect.poll(() => mirror.get(`${prefix}many.2`), { timeout: 2_000 }).toBeUndefined();
  await expect.poll(() => mirror.state).toBe("live");
  expect(changed).toContain(`${prefix}many.1`);
  expect(mirror.version(`${prefix}many.1`)).toBe(2);
});

test("it starts while the service is away, from the bootstrap", async () => {
  proxy.fault = answers(503, {}, "");
  const mirror = mirrorOf({ bootstrap: { [`${prefix}a`]: 1 } });
  await mirror.start();
  expect(mirror.get(`${prefix}a`)).toBe(1);
  expect(mirror.state).toBe("stale");
  await put("a", 2);
  proxy.reset();
  await expect.poll(() => mirror.get(`${prefix}a`), { timeout: 2_000 }).toBe(2);
});

test("it starts while the service is away, from the last known copy", async () => {
  const path = join(folder, "copy.json");
  await put("a", "kept");
  const first = mirrorOf({ copy: fileCopy(path) });
  await first.start();
  first.close();
  expect(readFileSync(path, "utf8")).toContain("kept");
  proxy.fault = answers(503, {}, "");
  const second = mirrorOf({ copy: fileCopy(path), bootstrap: { [`${prefix}a`]: "older" } });
  await second.start();
  expect(second.get(`${prefix}a`)).toBe("kept");
});

test("a stream that is silent is dead: another one is made, and nothing is missed", async () => {
  const errors: unknown[] = [];
  const mirror = mirrorOf({ silence: 500, onError: (error) => errors.push(error) });
  await put("a", 1);
  await mirror.start();
  // the connection stays, and nothing comes through any more
  let frozen = 0;
  proxy.fault = (incoming, outgoing, pass) => {
    if (incoming.url === "/v1/changes" && frozen++ === 0) {
      outgoing.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
    } else {
      pass();
    }
  };
  proxy.cut();
  await expect.poll(() => frozen, { timeout: 3_000 }).toBeGreaterThanOrEqual(1);
  await put("a", 2);
  await expect.poll(() => mirror.get(`${prefix}a`), { timeout: 4_000 }).toBe(2);
  expect(errors.every((error) => error instanceof ConnectionError)).toBe(true);
  expect(errors.some((error) => error instanceof TimeoutError)).toBe(true);
});

test("a stream that is cut in the middle of an event loses none and tells none twice", async () => {
  await put("a", 1);
  const told: string[][] = [];
  const mirror = mirrorOf({ onChange: (keys) => told.push(keys) });
  await mirror.start();
  const { version } = await put("a", 2);
  await expect.poll(() => mirror.version(`${prefix}a`)).toBe(version);
  let cut = 0;
  proxy.fault = (incoming, outgoing, pass) => {
    if (incoming.url === "/v1/changes" && cut++ === 0) {
      outgoing.writeHead(200, { "content-type": "text/event-stream" });
      outgoing.write(`id: 99999999\nevent: setting\ndata: {"kind":"setting","key":"${prefix}a","ver`);
      setTimeout(() => outgoing.destroy(), 50);
    } else {
      pass();
    }
  };
  proxy.cut();
  await put("a", 3);
  await expect.poll(() => mirror.get(`${prefix}a`), { timeout: 4_000 }).toBe(3);
  expect(told.length).toBe(3);
  const resumed = proxy.heads.map((head) => head["last-event-id"]);
  expect(resumed).not.toContain("99999999");
});

test("a service that accepts and never answers keeps no mirror from starting, and none from going on", async () => {
  proxy.fault = neverAnswers;
  const errors: unknown[] = [];
  const client = new BotBot({ url: proxy.url, key, timeout: 300 });
  const bootstrap = { [`${prefix}a`]: 1 };
  const mirror = client.settings.mirror({ prefix, bootstrap, onError: (error) => errors.push(error) });
  open.push(mirror);
  const began = performance.now();
  await mirror.start();
  expect(performance.now() - began).toBeLessThan(1_000);
  expect(errors[0]).toBeInstanceOf(TimeoutError);
  expect(mirror.state).toBe("stale");
  await put("a", 2);
  // the attempts under way stay hanging, as with a peer that is frozen for good
  proxy.reset();
  await expect.poll(() => mirror.get(`${prefix}a`), { timeout: 2_000 }).toBe(2);
});

test("what the user's own functions throw does not end a mirror", async () => {
  const errors: unknown[] = [];
  const saved: string[] = [];
  const fail = () => {
    throw new Error("the user's own");
  };
  const mirror = mirrorOf({
    copy: { load: fail, save: async (text) => void saved.push(text) },
    onChange: fail,
    onState: async () => fail(),
    onError: (error) => {
      errors.push(error);
      fail();
    },
  });
  await put("a", "first");
  await mirror.start();
  expect(saved[0]).toContain("first");
  await put("a", "second");
  await expect.poll(() => saved.at(-1), { timeout: 2_000 }).toContain("second");
  proxy.fault = answers(503, {}, "");
  proxy.cut();
  await expect.poll(() => mirror.state, { timeout: 2_000 }).toBe("stale");
  proxy.reset();
  await expect.poll(() => mirror.state, { timeout: 2_000 }).toBe("live");
  const own = errors.filter((error) => (error as Error).message === "the user's own");
  expect(own.length).toBeGreaterThanOrEqual(5); // load, onChange twice, onState at least twice
});

test("a mirror that is closed before it starts, or while it does, waits for nothing", async () => {
  const closed = mirrorOf();
  closed.close();
  await closed.start();
  let loaded = () => {};
  const load = () => new Promise<undefined>((resolve) => (loaded = () => resolve(undefined)));
  const mirror = mirrorOf({ copy: { load, save: async () => undefined } });
  const started = mirror.start();
  mirror.close();
  loaded();
  await started;
  expect(proxy.came).toEqual([]);
});

test("a mirror that reads what was before a change is stale until it reads the change", async () => {
  const { value, version } = await put("a", "old");
  const errors: unknown[] = [];
  const mirror = mirrorOf({ onError: (error) => errors.push(error) });
  await mirror.start();
  // an instance that does not hear of changes
  const old = answers(
    200,
    { "content-type": "application/json" },
    JSON.stringify({ key: `${prefix}a`, value, version }),
  );
  proxy.fault = (incoming, outgoing, pass) =>
    incoming.url?.startsWith("/v1/settings/") ? old(incoming, outgoing, pass) : pass();
  await put("a", "new");
  await expect.poll(() => mirror.state, { timeout: 4_000 }).toBe("stale");
  expect(mirror.get(`${prefix}a`)).toBe("old");
  expect(errors[0]).toBeInstanceOf(BotBotError);
  proxy.reset();
  await expect.poll(() => mirror.get(`${prefix}a`), { timeout: 2_000 }).toBe("new");
  await expect.poll(() => mirror.state).toBe("live");
});

test("a setting that was put and deleted at once leaves a mirror live", async () => {
  await put("a", 1);
  const errors: unknown[] = [];
  const mirror = mirrorOf({ onError: (error) => errors.push(error) });
  await mirror.start();
  await put("b", 1);
  await state.settings.delete(`${prefix}b`);
  await put("a", 2); // told after both
  await expect.poll(() => mirror.get(`${prefix}a`), { timeout: 5_000 }).toBe(2);
  expect(mirror.get(`${prefix}b`)).toBeUndefined();
  expect(errors).toEqual([]);
});

test("a listener is told to read anew where changes are not known any more", async () => {
  const end = new AbortController();
  const seen: ChangeEvent["type"][] = [];
  // a revision that the service has never had
  for await (const event of state.changes({ since: "987654321987", signal: end.signal })) {
    seen.push(event.type);
    if (seen.includes("reset")) {
      break;
    }
  }
  expect(seen).toContain("reset");
});

test("a mirror with a wrong key and nothing to serve does not wait for ever", async () => {
  const wrong = new BotBot({ url, key: "wrong" }).settings;
  await expect(wrong.mirror().start()).rejects.toThrow(AuthenticationError);
  const errors: unknown[] = [];
  const bootstrap = { [`${prefix}a`]: 1 };
  const known = wrong.mirror({ bootstrap, onError: (error) => errors.push(error) });
  await known.start();
  expect(known.get(`${prefix}a`)).toBe(1);
  expect(errors[0]).toBeInstanceOf(AuthenticationError);
  known.close();
});

test("a wrong key is said to who listens", async () => {
  const listen = async () => {
    for await (const event of new BotBot({ url, key: "wrong" }).changes()) {
      expect(event).toBeUndefined();
    }
  };
  await expect(listen()).rejects.toThrow(/Is the key right/);
});
