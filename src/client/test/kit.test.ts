import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { BotBot, ConnectionError, InvalidRequestError, isOutage } from "@botbot/state";
import { type Candidate, CANDIDATES, KEYS, OBJECTS, OTHERS, type Subject } from "./kit.js";
import { answers, Proxy } from "./service/proxy.js";
import { Servers } from "./service/servers.js";

const BODY = 256 * 1024;
const YEAR = 31_536_000;
const TOTAL_TIMEOUT = 20_000;

/** An adapter under test, alone behind its proxy: so all of them are tested at once. */
interface Bench {
  store: Subject;
  proxy: Proxy;
}

const passed = new Map<string, number>();
const benches = new Map<string, Bench>();
let servers: Servers;
let state: BotBot;

beforeAll(async () => {
  servers = await Servers.launch("client-kit");
  state = new BotBot(servers.place);
  for (const { name, open } of CANDIDATES) {
    const proxy = await Proxy.before(servers.place.url);
    benches.set(name, { proxy, store: open({ url: proxy.url, key: servers.place.key }) });
  }
});
afterAll(async () => {
  await Promise.all([...benches.values()].map(({ proxy }) => proxy.close()));
  await servers.close();
  for (const [name, count] of passed) {
    console.log(`kit: ${name}: ${count} cases hold`);
  }
});

function benchOf(name: string): Bench {
  const bench = benches.get(name);
  if (bench === undefined) {
    throw new Error(name);
  }
  return bench;
}

type Holds = (what: string, body: (bench: Bench) => Promise<void>) => void;

/** The same cases for each adapter: one after the other for one, at once for all. */
function forEach(cases: (candidate: Candidate, holds: Holds) => void): void {
  describe.concurrent.each(CANDIDATES)("$name", (candidate) => {
    describe.sequential("", () => {
      beforeEach(() => benchOf(candidate.name).proxy.reset());
      cases(candidate, (what, body) =>
        test(what, async () => {
          await body(benchOf(candidate.name));
          passed.set(candidate.name, (passed.get(candidate.name) ?? 0) + 1);
        }),
      );
    });
  });
}

const fresh = () => `k/${randomUUID()}`;

forEach(({ objectsOnly, id, ttlSeconds, open }, holds) => {
  const values: unknown[] = objectsOnly ? OBJECTS : [...OBJECTS, ...OTHERS];

  holds("any JSON comes back as it was", async ({ store }) => {
    for (const value of values) {
      const key = fresh();
      await store.set(key, value);
      expect(await store.get(key)).toEqual(value);
    }
  });

  holds("keys of every platform are kept apart", async ({ store }) => {
    await Promise.all(KEYS.map((key, at) => store.set(key, { at })));
    const read = await Promise.all(KEYS.map((key) => store.get(key)));
    expect(read).toEqual(KEYS.map((_, at) => ({ at })));
    await Promise.all(KEYS.map((key) => store.delete(key)));
  });

  holds("what is missing is undefined, and may be deleted", async ({ store }) => {
    expect(await store.get(fresh())).toBeUndefined();
    await store.delete(fresh());
  });

  holds("what is overwritten is new as a whole", async ({ store }) => {
    const key = fresh();
    await store.set(key, { a: 1, b: 2 });
    await store.set(key, { b: 3 });
    expect(await store.get(key)).toEqual({ b: 3 });
  });

  holds("what is deleted is gone alone, and may come again", async ({ store }) => {
    const key = fresh();
    const other = fresh();
    await store.set(key, { a: 1 });
    await store.set(other, { b: 1 });
    await store.delete(key);
    expect(await store.get(key)).toBeUndefined();
    expect(await store.get(other)).toEqual({ b: 1 });
    await store.set(key, { a: 2 });
    expect(await store.get(key)).toEqual({ a: 2 });
  });

  holds("what has expired is gone", async ({ store, proxy }) => {
    const key = fresh();
    if (store.setFor) {
      await store.setFor(key, { a: 1 }, 1_000);
      expect(await store.get(key)).toMatchObject({ a: 1 });
      await vi.waitFor(async () => expect(await store.get(key)).toBeUndefined(), 4_000);
      return;
    }
    // the adapter's own time slides with each read, so nothing may be read until it is over
    const brief = open({ url: proxy.url, key: servers.place.key }, { ttlSeconds: 1 });
    await brief.set(key, { a: 1 });
    expect(await brief.get(key)).toEqual({ a: 1 });
    await pause(1_300);
    expect(await brief.get(key)).toBeUndefined();
  });

  holds("what has no end of its own lives as long as is said", async ({ store }) => {
    const key = fresh();
    await store.set(key, { a: 1 });
    expect((await state.sessions.get(id(key)))?.ttlSeconds).toBe(ttlSeconds ?? YEAR);
  });

  holds("of fifty writers at once one is whole", async ({ store }) => {
    const key = fresh();
    const value = (by: number) => ({ by, text: `${by}`.repeat(1_000) });
    await Promise.all(Array.from({ length: 50 }, (_, by) => store.set(key, value(by))));
    const read = (await store.get(key)) as { by: number };
    expect(read).toEqual(value(read.by));
  });

  holds("a request of 256 KiB fits, and one byte more is an error that says so", async ({ store, proxy }) => {
    const key = fresh();
    await store.set(key, { text: "" });
    const room = BODY - Number(proxy.heads.at(-1)?.["content-length"]);
    const text = "é".repeat(Math.floor(room / 2)) + "x".repeat(room % 2);
    await store.set(key, { text });
    expect(Number(proxy.heads.at(-1)?.["content-length"])).toBe(BODY);
    expect(await store.get(key)).toEqual({ text });
    const error = await store.set(key, { text: `${text}x` }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(InvalidRequestError);
    expect((error as InvalidRequestError).status).toBe(413);
    expect(await store.get(key)).toEqual({ text });
  });

  holds("a write and a read whose answers are two seconds late are waited for", async ({ store, proxy }) => {
    const key = fresh();
    const late = (_incoming: unknown, _outgoing: unknown, pass: () => void) =>
      void setTimeout(pass, 2_000);
    proxy.next(1, late);
    await store.set(key, { a: 1 });
    proxy.next(1, late);
    expect(await store.get(key)).toEqual({ a: 1 });
  });

  holds("429 and 503 with Retry-After are waited for", async ({ store, proxy }) => {
    const key = fresh();
    const began = performance.now();
    proxy.next(1, answers(429, { "retry-after": "1" }, ""));
    await store.set(key, { a: 1 });
    expect(performance.now() - began).toBeGreaterThan(990);
    proxy.next(1, answers(503, { "retry-after": "1" }, ""));
    expect(await store.get(key)).toEqual({ a: 1 });
    expect(performance.now() - began).toBeGreaterThan(1_980);
  });

  holds("a service that stays away is an error within the call's time", async ({ store, proxy }) => {
    proxy.fault = answers(503, { "retry-after": "60" }, "");
    const began = performance.now();
    const error = await store.set(fresh(), { a: 1 }).catch((e: unknown) => e);
    expect(isOutage(error)).toBe(true);
    expect(performance.now() - began).toBeLessThan(TOTAL_TIMEOUT);
  });
});

describe("the service is killed", () => {
  beforeAll(async () => {
    for (const { store, proxy } of benches.values()) {
      proxy.reset();
      await store.set("kept", { kept: true });
    }
    await servers.kill();
  });

  forEach((_, holds) => {
    holds("while it is away calls are refused by name", async ({ store }) => {
      const errors = await Promise.all([
        store.get("kept").catch((e: unknown) => e),
        store.set("kept", { kept: false }).catch((e: unknown) => e),
      ]);
      errors.forEach((error) => expect(error).toBeInstanceOf(ConnectionError));
    });
  });
});

describe("the service is started again", () => {
  beforeAll(() => servers.start());

  forEach((_, holds) => {
    holds("nothing that was acknowledged is lost", async ({ store }) => {
      expect(await store.get("kept")).toEqual({ kept: true });
      await store.set("kept", { kept: false });
      expect(await store.get("kept")).toEqual({ kept: false });
    });
  });
});
