import { randomUUID } from "node:crypto";
import { getEventListeners } from "node:events";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { AbortedError, BotBot, BotBotError, ConnectionError, UnavailableError } from "@botbot/state";
import { answers, type Fault, neverAnswers, Proxy } from "./service/proxy.js";

const { url, key } = inject("place");
const state = new BotBot({ url, key });
let proxy: Proxy;

beforeAll(async () => {
  proxy = await Proxy.before(url);
  const policy = { tier: "rates", endpoint: "*", limit: 5, windowMs: 60_000 };
  await state.rates.policies.put("rates", policy);
});
afterAll(async () => {
  await proxy.close();
  await state.rates.policies.delete("rates");
});
beforeEach(() => proxy.reset());

const gone = answers(503, {}, "");
const slow = (ms: number): Fault => (_incoming, _outgoing, pass) => void setTimeout(pass, ms);
const fresh = () => ({ subject: `rates/${randomUUID()}`, tier: "rates" });

test("a thousand concurrent checks cost four requests, and are counted exactly", async () => {
  const { rates } = new BotBot({ url: proxy.url, key, checkTimeout: 20_000 });
  const subjects = Array.from({ length: 100 }, fresh);
  const checks = Array.from({ length: 1_000 }, (_, at) => subjects[at % 100] ?? fresh());
  const results = await Promise.all(checks.map((check) => rates.check(check)));
  console.log(`1,000 concurrent checks: ${proxy.came.length} requests`);
  expect(proxy.came.length).toBe(4);
  expect(results.filter((answer) => answer.allowed).length).toBe(500);
});

test("checks of long ids are gathered within the service's bound of a body", async () => {
  const { rates } = new BotBot({ url: proxy.url, key });
  const checks = Array.from({ length: 300 }, (_, at) => ({
    subject: "語".repeat(166) + String(at).padStart(3, "0"),
    endpoint: "é".repeat(250),
  }));
  const results = await rates.checkMany(checks);
  expect(results.every((answer) => answer.allowed)).toBe(true);
});

test("a check that is not valid fails alone", async () => {
  const results = await Promise.allSettled([
    state.rates.check(fresh()),
    state.rates.check({ ...fresh(), cost: 0.5 }),
    state.rates.check({ ...fresh(), cost: 1_000_001 }),
    state.rates.check({ ...fresh(), endpoint: "" }),
  ]);
  expect(results.map((result) => result.status)).toEqual([
    "fulfilled",
    "rejected",
    "rejected",
    "rejected",
  ]);
  await expect(state.rates.check({ ...fresh(), cost: 0.5 })).rejects.toThrow(BotBotError);
});

test("a check that is ended before it is sent is not counted", async () => {
  const check = fresh();
  const controller = new AbortController();
  const ended = state.rates.check(check, { signal: controller.signal });
  controller.abort();
  await expect(ended).rejects.toThrow(AbortedError);
  expect((await state.rates.peek(check)).remaining).toBe(5);
});

test("checks leave nothing behind on a signal that lives on", async () => {
  const { signal } = new AbortController();
  await state.rates.checkMany(Array.from({ length: 20 }, fresh), { signal });
  await state.rates.check(fresh(), { signal });
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

test("blockUntilReady waits until the check is admitted, and not for what can never be", async () => {
  const policy = { tier: "brief", endpoint: "*", limit: 2, windowMs: 600 };
  await state.rates.policies.put("brief", policy);
  const check = { ...fresh(), tier: "brief" };
  await state.rates.checkMany([check, check]);
  expect((await state.rates.check(check)).allowed).toBe(false);
  expect((await state.rates.blockUntilReady(check, { maxWait: 10_000 })).allowed).toBe(true);
  const began = performance.now();
  expect((await state.rates.blockUntilReady({ ...check, cost: 3 })).allowed).toBe(false);
  expect(performance.now() - began).toBeLessThan(500);
  await state.rates.policies.delete("brief");
});

test("while the service is away the caller's choice holds", async () => {
  proxy.fault = gone;
  const away = (onUnavailable?: "allow" | "deny") =>
    new BotBot({ url: proxy.url, key, onUnavailable }).rates.check(fresh());
  expect(await away("allow")).toEqual({ allowed: true, source: "client", policies: [] });
  expect(await away("deny")).toEqual({ allowed: false, source: "client", policies: [] });
  await expect(away()).rejects.toThrow();
  const nowhere = new BotBot({ url: "http://127.0.0.1:59999", key });
  await expect(nowhere.rates.check(fresh())).rejects.toThrow(ConnectionError);
  // a wrong key is no outage
  proxy.reset();
  const wrong = new BotBot({ url: proxy.url, key: "wrong", onUnavailable: "allow" });
  await expect(wrong.rates.check(fresh())).rejects.toThrow(/key/);
});

test("no check waits longer than it may, however many wait", async () => {
  // a service that is frozen, and one that takes nearly the time of a check for each batch
  for (const fault of [neverAnswers, slow(400)]) {
    proxy.fault = fault;
    const options = { onUnavailable: "allow", checkTimeout: 500 } as const;
    const { rates } = new BotBot({ url: proxy.url, key, ...options });
    const began = performance.now();
    const took = await Promise.all(
      Array.from({ length: 5_000 }, async () => {
        expect((await rates.check(fresh())).allowed).toBe(true);
        return performance.now() - began;
      }),
    );
    expect(Math.max(...took)).toBeLessThan(1_000);
  }
});

test("a policy that denies while Redis is away is no denial of the caller's", async () => {
  const subject = fresh().subject;
  proxy.fault = answers(
    200,
    { "content-type": "application/json" },
    JSON.stringify({ results: [{ status: 503, allowed: false, policies: [], source: "local" }] }),
  );
  const of = (onUnavailable?: "allow" | "local") =>
    new BotBot({ url: proxy.url, key, onUnavailable }).rates.check({ subject });
  await expect(of()).rejects.toThrow(UnavailableError);
  expect((await of("allow")).allowed).toBe(true);
  expect((await of("local")).source).toBe("client");
});

test("while the service is away the same limit is counted here, and there again after", async () => {
  const { rates } = new BotBot({ url: proxy.url, key, onUnavailable: "local", pauseMs: 200 });
  expect((await rates.check(fresh())).limit).toBe(5); // tells the limit
  proxy.fault = gone;
  const check = fresh();
  const answered = [];
  for (let i = 0; i < 7; i++) {
    answered.push(await rates.check(check));
  }
  expect(answered.map((answer) => answer.allowed)).toEqual([1, 1, 1, 1, 1, 0, 0].map(Boolean));
  expect(answered[0]).toMatchObject({ source: "client", limit: 5, remaining: 4 });
  expect(answered[6]?.retryAfterMs).toBeGreaterThan(0);
  expect(proxy.came.length).toBeLessThanOrEqual(3); // it does not ask each time
  expect((await rates.check({ ...fresh(), cost: 6 })).retryAfterMs).toBeUndefined();
  proxy.reset();
  await expect.poll(async () => (await rates.check(check)).source).toBe("redis");
});

test("what no answer has told of is held to the local limit given", async () => {
  proxy.fault = gone;
  const localLimit = { limit: 1, windowMs: 60_000 };
  const { rates } = new BotBot({ url: proxy.url, key, onUnavailable: "local", localLimit });
  const check = fresh();
  expect((await rates.check(check)).allowed).toBe(true);
  expect((await rates.check(check)).allowed).toBe(false);
});

test("a check may bring a local limit of its own, until an answer tells of the kind", async () => {
  const localLimit = { limit: 9, windowMs: 60_000 };
  const { rates } = new BotBot({ url: proxy.url, key, onUnavailable: "local", localLimit, pauseMs: 0 });
  const own = { localLimit: { limit: 1, windowMs: 60_000 } };
  proxy.fault = gone;
  const check = fresh();
  expect(await rates.check(check, own)).toMatchObject({ allowed: true, limit: 1 });
  expect((await rates.checkMany([check, check], own)).map((a) => a.allowed)).toEqual([false, false]);
  proxy.reset();
  await rates.check(fresh());
  proxy.fault = gone;
  expect(await rates.check(fresh(), own)).toMatchObject({ limit: 5, source: "client" });
});

test("the local windows do not follow the clock of the day", async () => {
  proxy.fault = gone;
  const localLimit = { limit: 1, windowMs: 3_600_000 };
  const { rates } = new BotBot({ url: proxy.url, key, onUnavailable: "local", localLimit });
  const check = fresh();
  await rates.check(check);
  const now = Date.now;
  try {
    Date.now = () => now() + 86_400_000;
    expect((await rates.check(check)).allowed).toBe(false);
  } finally {
    Date.now = now;
  }
});
