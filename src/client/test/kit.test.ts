import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ConnectionError, InvalidRequestError, isOutage } from "@botbot/state";
import { CANDIDATES, KEYS, OBJECTS, OTHERS, type Subject } from "./kit.js";
import { answers, Proxy } from "./service/proxy.js";
import { Servers } from "./service/servers.js";

const passed = new Map<string, number>();
const stores = new Map<string, Subject>();
let servers: Servers;
let proxy: Proxy;

beforeAll(async () => {
  servers = await Servers.launch("client-kit");
  proxy = await Proxy.before(servers.place.url);
  for (const { name, open } of CANDIDATES) {
    stores.set(name, open({ url: proxy.url, key: servers.place.key }));
  }
});
afterAll(async () => {
  await proxy.close();
  await servers.close();
  for (const [name, count] of passed) {
    console.log(`kit: ${name}: ${count} cases hold`);
  }
});
beforeEach(() => proxy.reset());

function storeOf(name: string): Subject {
  const store = stores.get(name);
  if (store === undefined) {
    throw new Error(name);
  }
  return store;
}

function holds(name: string, what: string, body: (store: Subject) => Promise<void>): void {
  test(what, async () => {
    await body(storeOf(name));
    passed.set(name, (passed.get(name) ?? 0) + 1);
  });
}

const fresh = () => `k/${randomUUID()}`;

describe.each(CANDIDATES)("$name", ({ name, objectsOnly, expires }) => {
  const values: unknown[] = objectsOnly ? OBJECTS : [...OBJECTS, ...OTHERS];

  holds(name, "any JSON comes back as it was", async (store) => {
    for (const value of values) {
      const key = fresh();
      await store.set(key, value);
      expect(await store.get(key)).toEqual(value);
    }
  });

  holds(name, "keys of every platform are kept apart", async (store) => {
    await Promise.all(KEYS.map((key, at) => store.set(key, { at })));
    const read = await Promise.all(KEYS.map((key) => store.get(key)));
    expect(read).toEqual(KEYS.map((_, at) => ({ at })));
    await Promise.all(KEYS.map((key) => store.delete(key)));
  });

  holds(name, "what is missing is undefined, and may be deleted", async (store) => {
    expect(await store.get(fresh())).toBeUndefined();
    await store.delete(fresh());
  });

  holds(name, "what is overwritten is new as a whole", async (store) => {
    const key = fresh();
    await store.set(key, { a: 1, b: 2 });
    await store.set(key, { b: 3 });
    expect(await store.get(key)).toEqual({ b: 3 });
  });

  holds(name, "what is deleted is gone, and may come again", async (store) => {
    const key = fresh();
    await store.set(key, { a: 1 });
    await store.delete(key);
    expect(await store.get(key)).toBeUndefined();
    await store.set(key, { a: 2 });
    expect(await store.get(key)).toEqual({ a: 2 });
  });

  if (expires) {
    holds(name, "what has expired is gone", async (store) => {
      const key = fresh();
      await store.setFor?.(key, { a: 1 }, 1_000);
      expect(await store.get(key)).toMatchObject({ a: 1 });
      await expect.poll(() => store.get(key), { timeout: 4_000 }).toBeUndefined();
    });
  }

  holds(name, "of fifty writers at once one is whole", async (store) => {
    const key = fresh();
    const value = (by: number) => ({ by, text: `${by}`.repeat(1_000) });
    await Promise.all(Array.from({ length: 50 }, (_, by) => store.set(key, value(by))));
    const read = (await store.get(key)) as { by: number };
    expect(read).toEqual(value(read.by));
  });

  holds(name, "255 KiB fit, and more is an error that says so", async (store) => {
    const key = fresh();
    const text = "é".repeat(127 * 1024);
    await store.set(key, { text });
    expect(await store.get(key)).toEqual({ text });
    const error = await store.set(key, { text: text + text }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(InvalidRequestError);
    expect((error as InvalidRequestError).status).toBe(413);
    expect(await store.get(key)).toEqual({ text });
  });

  holds(name, "an answer two seconds late is waited for", async (store) => {
    const key = fresh();
    await store.set(key, { a: 1 });
    proxy.next(1, (_incoming, _outgoing, pass) => void setTimeout(pass, 2_000));
    expect(await store.get(key)).toEqual({ a: 1 });
  });

  holds(name, "429 and 503 with Retry-After are waited for", async (store) => {
    const key = fresh();
    for (const status of [429, 503]) {
      proxy.next(1, answers(status, { "retry-after": "0" }, ""));
      await store.set(key, { status });
      proxy.next(1, answers(status, { "retry-after": "0" }, ""));
      expect(await store.get(key)).toEqual({ status });
    }
  });

  holds(name, "a service that stays away is an error within the call's time", async (store) => {
    proxy.fault = answers(503, { "retry-after": "60" }, "");
    const error = await store.set(fresh(), { a: 1 }).catch((e: unknown) => e);
    expect(isOutage(error)).toBe(true);
  });
});

describe("the service is killed", () => {
  beforeAll(async () => {
    proxy.reset();
    for (const store of stores.values()) {
      await store.set("kept", { kept: true });
    }
    await servers.kill();
  });

  describe.each(CANDIDATES)("$name", ({ name }) => {
    holds(name, "while it is away calls are refused by name", async (store) => {
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

  describe.each(CANDIDATES)("$name", ({ name }) => {
    holds(name, "nothing that was acknowledged is lost", async (store) => {
      expect(await store.get("kept")).toEqual({ kept: true });
      await store.set("kept", { kept: false });
      expect(await store.get("kept")).toEqual({ kept: false });
    });
  });
});
