import { randomUUID } from "node:crypto";
import { getEventListeners } from "node:events";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import {
  AbortedError,
  AuthenticationError,
  BotBot,
  BotBotError,
  ConflictError,
  connect,
  ConnectionError,
  InvalidIdError,
  InvalidRequestError,
  NotFoundError,
  PermissionError,
  PreconditionFailedError,
  RateLimitedError,
  tagOf,
  TimeoutError,
  UnavailableError,
  UnexpectedAnswerError,
} from "@botbot/state";
import { botbotState } from "@botbot/state/chat";
import { answers, losesTheAnswer, Proxy } from "./service/proxy.js";

interface Chat {
  turns: string[];
  step?: number;
}

interface Choices {
  lang?: string;
  font?: string;
  fonts?: string[];
}

const { url, key } = inject("place");
const state = new BotBot<Chat, Choices>({ url, key });
let proxy: Proxy;
let through: BotBot<Chat, Choices>;

beforeAll(async () => {
  proxy = await Proxy.before(url);
  through = new BotBot<Chat, Choices>({ url: proxy.url, key, timeout: 1_000, totalTimeout: 8_000 });
});
afterAll(() => proxy.close());
beforeEach(() => proxy.reset());

const html = answers(200, { "content-type": "text/html" }, "<h1>Welcome</h1>");
const fresh = () => `core/${randomUUID()}`;

describe("every operation", () => {
  test("sessions", async () => {
    const made = await state.sessions.create({ userId: "ada", data: { turns: [] } });
    expect(await state.sessions.get(made.id)).toMatchObject({ version: made.version, data: made.data });
    expect((await state.sessions.append(made.id, "turns", ["a", "b"])).data.turns).toEqual(["a", "b"]);
    expect((await state.sessions.patch(made.id, { data: { step: 2 } })).data.step).toBe(2);
    await state.sessions.touch(made.id, 60);
    expect((await state.sessions.getMany([made.id, "none"])).map((s) => s.id)).toEqual([made.id]);
    const listed = [];
    for await (const session of state.sessions.list("ada", { data: false, pageSize: 1 })) {
      listed.push(session.id);
    }
    expect(listed).toContain(made.id);
    expect(await state.sessions.delete(made.id)).toBe(true);
    expect(await state.sessions.delete(made.id)).toBe(false);
    expect(await state.sessions.get(made.id)).toBeUndefined();
    await state.sessions.put(made.id, { userId: "ada" });
    expect(await state.sessions.deleteAll("ada")).toBeGreaterThan(0);
    await expect(state.sessions.patch(made.id, {})).rejects.toThrow(NotFoundError);
  });

  test("preferences and users", async () => {
    const user = fresh();
    expect(await state.preferences.get(user)).toBeUndefined();
    await state.preferences.patch(user, { lang: "en", font: "mono" });
    await state.preferences.patch(user, { font: null });
    await state.preferences.putOne(user, "font", "sans");
    expect(await state.preferences.getOne(user, "font")).toBe("sans");
    await state.preferences.update(user, (now) => ({ ...now, lang: "de" }));
    expect((await state.preferences.get(user))?.preferences).toEqual({ lang: "de", font: "sans" });
    expect(await state.preferences.deleteOne(user, "font")).toBe(true);
    await Promise.all(
      Array.from({ length: 60 }, () => state.sessions.create({ userId: user, data: { turns: [] } })),
    );
    expect((await state.users.export(user)).sessions.length).toBe(60);
    expect(await state.users.erase(user)).toEqual({ sessions: 60, preferences: 1 });
    expect(await state.preferences.delete(user)).toBe(false);
  });

  test("agents, settings and scratch", async () => {
    await state.agents.put("core", { config: { model: "small" } });
    await state.agents.put("core", { config: { model: "large" } });
    expect((await state.agents.rollback("core", 1)).config).toEqual({ model: "small" });
    const versions = [];
    for await (const version of state.agents.versions("core")) {
      versions.push(version);
    }
    expect(versions.length).toBeGreaterThanOrEqual(3);
    expect((await state.agents.getMany(["core", "none"])).length).toBe(1);
    expect(await state.agents.delete("core")).toBe(true);
    await state.settings.put("core.a", { value: null });
    expect((await state.settings.get("core.a"))?.value).toBeNull();
    await state.settings.delete("core.a");
    await state.scratch.put("core", "a/b", [1], { ttlSeconds: 60 });
    expect(await state.scratch.get("core", "a/b")).toEqual([1]);
    expect(await state.scratch.putIfAbsent("core", "a/b", 2)).toBe(false);
    const taken = await Promise.all([1, 2, 3].map(() => state.scratch.take("core", "a/b")));
    expect(taken.filter((value) => value !== undefined)).toEqual([[1]]);
    expect(await state.scratch.putIfAbsent("core", "a/b", 2)).toBe(true);
    expect(await state.scratch.delete("core", "a/b")).toBe(true);
  });

  test("policies, clients, spaces and status", async () => {
    await state.rates.policies.put("core", { tier: "core", endpoint: "*", limit: 2, windowMs: 60_000 });
    expect((await state.rates.policies.get("core"))?.onOutage).toBe("local");
    const subject = fresh();
    const check = { subject, tier: "core" };
    expect((await state.rates.peek(check)).remaining).toBe(2);
    expect((await state.rates.checkMany([check, check, check])).map((a) => a.allowed)).toEqual([
      true,
      true,
      false,
    ]);
    const denied = await state.rates.blockUntilReady(check, { maxWait: 10 });
    expect(denied.allowed).toBe(false);
    await state.rates.reset(subject);
    expect((await state.rates.check(check)).allowed).toBe(true);
    await state.rates.policies.delete("core");
    const made = await state.clients.create({ name: "core", roles: ["frontend"], space: "core-space" });
    const other = new BotBot({ url, key: made.key });
    await expect(other.status()).rejects.toThrow(PermissionError);
    await other.scratch.put("n", "k", 1);
    expect(await state.scratch.get("n", "k")).toBeUndefined();
    await expect(state.spaces.erase("core-space")).rejects.toThrow(ConflictError);
    expect((await state.clients.rotate("core", 0)).key).not.toBe(made.key);
    expect(await state.clients.delete("core")).toBe(true);
    expect(await state.spaces.erase("core-space")).toBe(true);
    expect((await state.status()).mode).toBe("normal");
  });
});

describe("writes of several", () => {
  test("fifty updates at once all count, from two clients", async () => {
    const id = fresh();
    await state.sessions.put(id, { userId: "ada", data: { turns: [], step: 0 } });
    const other = new BotBot<Chat>({ url, key });
    const add = (data: Chat) => ({ ...data, step: (data.step ?? 0) + 1 });
    await Promise.all(
      Array.from({ length: 50 }, (_, i) => (i % 2 ? state : other).sessions.update(id, add)),
    );
    expect((await state.sessions.get(id))?.data.step).toBe(50);
  });

  test("a client without types of its own appends what it likes", async () => {
    const untyped = new BotBot({ url, key });
    const id = fresh();
    await untyped.sessions.put(id, { userId: "ada", data: { turns: [] } });
    await untyped.sessions.append(id, "turns", ["a", { b: 1 }]);
    expect((await untyped.sessions.get(id))?.data["turns"]).toEqual(["a", { b: 1 }]);
    // @ts-expect-error: turns of a Chat are text
    await expect(state.sessions.append(id, "turns", [1])).resolves.toBeTruthy();
  });

  test("a merge-patch names what there is, with its type, or null", async () => {
    const id = fresh();
    await state.sessions.put(id, { userId: "ada", data: { turns: ["a"], step: 1 } });
    const { data } = await state.sessions.patch(id, { data: { step: null }, ttlSeconds: 60 });
    expect(data).toEqual({ turns: ["a"] });
    // @ts-expect-error: a step of a Chat is a number
    await state.sessions.patch(id, { data: { step: "wrong" } });
    // @ts-expect-error: a Chat has no such field
    await state.sessions.patch(id, { data: { stpe: 2 } });
    // @ts-expect-error: a session has no such field
    await state.sessions.patch(id, { chanel: "1" }).catch(() => undefined);
    const untyped = new BotBot({ url, key });
    await untyped.sessions.patch(id, { data: { anything: [1, { deep: true }] } });
    // any client is a connection, and nothing else that has some of its parts
    connect(state);
    const { transport, settings, scratch, rates } = state;
    // @ts-expect-error: there are no sessions
    connect({ transport, settings, scratch, rates });
  });

  test("fifty appends at once all stay", async () => {
    const id = fresh();
    await state.sessions.put(id, { userId: "ada", data: { turns: [] } });
    await Promise.all(
      Array.from({ length: 50 }, (_, i) => state.sessions.append(id, "turns", [`${i}`])),
    );
    expect(new Set((await state.sessions.get(id))?.data.turns).size).toBe(50);
  });

  test("an update begins a session where it may", async () => {
    const id = fresh();
    const begin = { create: { userId: "ada" } };
    const add = (data: Chat | undefined) => ({ turns: [...(data?.turns ?? []), "x"] });
    await Promise.all([1, 2, 3, 4].map(() => state.sessions.update(id, add, begin)));
    expect((await state.sessions.get(id))?.data.turns.length).toBe(4);
    await expect(state.sessions.update(fresh(), (data) => data)).rejects.toThrow(NotFoundError);
  });

  test("a stale tag is 412, and names the current one", async () => {
    const id = fresh();
    const first = await state.sessions.put(id, { userId: "ada" });
    const second = await state.sessions.put(id, { userId: "ada" });
    const late = state.sessions.put(id, { userId: "ada" }, { ifMatch: tagOf(first) });
    const error = await late.catch((e: unknown) => e);
    expect(error).toBeInstanceOf(PreconditionFailedError);
    expect((error as PreconditionFailedError).currentTag).toBe(tagOf(second));
    expect((error as PreconditionFailedError).requestId).toBeTruthy();
  });

  test("documents, policies and scratch values are written under the tag they were read with", async () => {
    const key = `core.${randomUUID()}`;
    await state.settings.put(key, { value: 1 });
    const read = await state.settings.getWithTag(key);
    expect(read?.value.value).toBe(1);
    await state.settings.put(key, { value: 2 }, { ifMatch: read?.tag });
    const late = { ifMatch: read?.tag };
    await expect(state.settings.put(key, { value: 3 }, late)).rejects.toThrow(PreconditionFailedError);
    await expect(state.settings.delete(key, late)).rejects.toThrow(PreconditionFailedError);
    await state.settings.delete(key);
    expect(await state.settings.getWithTag(key)).toBeUndefined();

    const policy = { tier: key, endpoint: "*", limit: 1, windowMs: 1_000 };
    const made = await state.rates.policies.put(key, policy, { ifNoneMatch: "*" });
    expect((await state.rates.policies.getWithTag(key))?.tag).toBe(tagOf(made));
    await state.rates.policies.delete(key, { ifMatch: tagOf(made) });

    // a lock, ended only by who holds it
    await state.scratch.put("core", key, "mine");
    const lock = await state.scratch.getWithTag<string>("core", key);
    await state.scratch.put("core", key, "another's");
    const mine = state.scratch.delete("core", key, { ifMatch: lock?.tag });
    await expect(mine).rejects.toThrow(PreconditionFailedError);
    expect(await state.scratch.get("core", key)).toBe("another's");
    await state.scratch.delete("core", key);
  });

  test("twenty updates of a setting at once all count, each a version", async () => {
    const key = `core.${randomUUID()}`;
    const other = new BotBot({ url, key: inject("place").key });
    const add = (now?: { value?: unknown }) => ({ value: Number(now?.value ?? 0) + 1 });
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 ? state : other).settings.update(key, add)),
    );
    expect(await state.settings.get(key)).toMatchObject({ value: 20, version: 20 });
    await state.settings.delete(key);
  });

  test("an update ends after as many attempts as it may make", async () => {
    const id = fresh();
    await state.sessions.put(id, { userId: "ada", data: { turns: [] } });
    let attempts = 0;
    const update = state.sessions.update(
      id,
      async (data) => {
        attempts++;
        await state.sessions.append(id, "turns", ["first"]);
        return data;
      },
      { attempts: 3 },
    );
    await expect(update).rejects.toThrow(PreconditionFailedError);
    expect(attempts).toBe(3);
    expect((await state.sessions.get(id))?.data.turns.length).toBe(3);
  });

  test("an update that waits for its turn hears its signal, and lets the next one in", async () => {
    const id = fresh();
    await state.sessions.put(id, { userId: "ada", data: { turns: [] } });
    let goOn = () => {};
    const held = new Promise<void>((resolve) => (goOn = resolve));
    const add = (turn: string) => (data: Chat) => ({ turns: [...data.turns, turn] });
    const first = state.sessions.update(id, async (data) => held.then(() => add("a")(data)));
    const controller = new AbortController();
    const second = state.sessions.update(id, add("b"), { signal: controller.signal });
    const third = state.sessions.update(id, add("c"));
    controller.abort();
    await expect(second).rejects.toThrow(AbortedError);
    goOn();
    await Promise.all([first, third]);
    expect((await state.sessions.get(id))?.data.turns).toEqual(["a", "c"]);
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });
});

describe("faults are named", () => {
  const one = (options: { url?: string; key?: string; timeout?: number; retries?: number }) =>
    new BotBot({ url: proxy.url, key, retries: 0, timeout: 1_000, ...options }).sessions.get("a");

  test("a wrong key", async () => {
    await expect(one({ key: "wrong" })).rejects.toThrow(AuthenticationError);
    await expect(one({ key: "wrong" })).rejects.toThrow(/Is the key right/);
    expect(() => new BotBot({ url, key: "key\n" })).toThrow(/line end/);
    expect(() => new BotBot({ url: "state.example", key })).toThrow(BotBotError);
  });

  test("a wrong base URL never passes for a session that is not there", async () => {
    await expect(one({ url: `${url}/elsewhere` })).rejects.toThrow(UnexpectedAnswerError);
    await expect(one({ url: "http://127.0.0.1:59999" })).rejects.toThrow(/is the URL right/);
    proxy.fault = answers(404, { "content-type": "text/html" }, "<h1>Not Found</h1>");
    await expect(one({})).rejects.toThrow(UnexpectedAnswerError);
    proxy.fault = answers(301, { location: "https://state.example/" }, "");
    await expect(one({})).rejects.toThrow(/redirection to https:..state.example/);
  });

  test("a proxy that answers HTML", async () => {
    proxy.fault = html;
    await expect(one({})).rejects.toThrow(UnexpectedAnswerError);
    proxy.fault = answers(502, { "content-type": "text/html" }, "<h1>Bad Gateway</h1>");
    await expect(one({})).rejects.toThrow(/proxy/);
    await expect(one({})).rejects.toThrow(UnavailableError);
  });

  test("a truncated body", async () => {
    const head = { "content-type": "application/json", "content-length": "100" };
    proxy.fault = (incoming, outgoing) => {
      incoming.resume();
      outgoing.writeHead(200, head);
      outgoing.write('{"id":');
      setTimeout(() => outgoing.destroy(), 20);
    };
    await expect(one({})).rejects.toThrow(ConnectionError);
    proxy.fault = answers(200, { "content-type": "application/json" }, '{"id": "a", "da');
    await expect(one({})).rejects.toThrow(/broke off/);
  });

  test("an answer of ten seconds ends at the time-outs, of an attempt and of the call", async () => {
    proxy.fault = (_incoming, _outgoing, pass) => void setTimeout(pass, 10_000);
    await expect(one({ timeout: 200 })).rejects.toThrow(TimeoutError);
    const began = performance.now();
    const call = state.sessions.get.bind(new BotBot({ url: proxy.url, key }).sessions);
    await expect(call("a", { timeout: 400, totalTimeout: 700 })).rejects.toThrow(TimeoutError);
    expect(performance.now() - began).toBeLessThan(900);
  });

  test("what takes several requests ends at the time-out of the call", async () => {
    const id = fresh();
    await state.sessions.put(id, { userId: id, data: { turns: [] } });
    for (let i = 0; i < 60; i++) {
      await state.sessions.create({ userId: id });
    }
    proxy.fault = (_incoming, _outgoing, pass) => void setTimeout(pass, 200);
    const options = { totalTimeout: 500 };
    // somebody else is first each time
    const race = async (data: Chat) => {
      await state.sessions.append(id, "turns", ["first"]);
      return data;
    };
    const ids = Array.from({ length: 500 }, (_, at) => `none.${at}`);
    for (const call of [
      () => through.sessions.update(id, race, options),
      () => through.sessions.getMany(ids, options),
      () => through.settings.getMany(ids, options),
    ]) {
      const began = performance.now();
      await expect(call()).rejects.toThrow(TimeoutError);
      expect(performance.now() - began).toBeLessThan(700);
    }
    // two pages
    await expect(through.users.export(id, { totalTimeout: 300 })).rejects.toThrow(TimeoutError);
    expect((await through.users.export(id)).sessions.length).toBe(61);
  });

  test("what has no time left is not sent", async () => {
    const id = fresh();
    await state.sessions.put(id, { userId: "ada", data: { turns: [] } });
    let computed = () => {};
    const change = (data: Chat) => new Promise<Chat>((resolve) => (computed = () => resolve(data)));
    const update = through.sessions.update(id, change, { totalTimeout: 300 });
    setTimeout(() => computed(), 400);
    const error = await update.catch((e: unknown) => e);
    expect(error).toBeInstanceOf(TimeoutError);
    expect((error as TimeoutError).maybeApplied).toBe(false);
    expect(proxy.came.map((line) => line.split(" ")[0])).toEqual(["GET"]);
  });

  test("a connection that was never made is told from one that broke", async () => {
    const sent = async (cause: object) => {
      const fail = async () => {
        throw new TypeError("fetch failed", { cause });
      };
      const { sessions } = new BotBot({ url, key, fetch: fail, retries: 0 });
      return ((await sessions.get("a").catch((e: unknown) => e)) as ConnectionError).maybeApplied;
    };
    for (const code of ["EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT"]) {
      expect(await sent({ code, syscall: "connect" })).toBe(false);
      expect(await sent({ code, syscall: "read" })).toBe(true);
    }
    expect(await sent({ code: "EAI_AGAIN", syscall: "getaddrinfo" })).toBe(false);
    // as Node says it of several addresses, and Deno of any
    expect(await sent({ code: "ECONNREFUSED" })).toBe(false);
    expect(await sent(new Error("error sending request: client error (Connect): refused"))).toBe(false);
    expect(await sent({ code: "ECONNRESET", syscall: "read" })).toBe(true);
    // an id is no evidence
    expect(await sent(new Error("error sending request for /ECONNREFUSED: reset"))).toBe(true);
  });

  test("a value that is no JSON, and a time without end", async () => {
    const cycle: Record<string, unknown> = {};
    cycle["cycle"] = cycle;
    await expect(state.scratch.put("core", "a", cycle)).rejects.toThrow(BotBotError);
    await expect(state.scratch.put("core", "a", 1n)).rejects.toThrow(/BigInt/);
    const endless = { timeout: Infinity, totalTimeout: Infinity };
    expect(await state.sessions.get("none", endless)).toBeUndefined();
  });

  test("an abort", async () => {
    proxy.fault = () => undefined;
    const signal = AbortSignal.timeout(100);
    await expect(through.sessions.get("a", { signal })).rejects.toThrow(AbortedError);
    await expect(through.sessions.get("a", { signal })).rejects.toThrow(AbortedError);
    expect(proxy.came.length).toBe(1);
    proxy.fault = answers(503, { "retry-after": "5" }, "");
    const waiting = through.sessions.get("a", { signal: AbortSignal.timeout(200) });
    await expect(waiting).rejects.toThrow(AbortedError);
  });

  test("ids that can be none never leave", async () => {
    for (const id of ["", ".", "..", "a\nb", " a", "a ", "\u0000", "\ud800", "é".repeat(257), "\ufffe"]) {
      await expect(through.sessions.get(id)).rejects.toThrow(InvalidIdError);
      await expect(through.rates.check({ subject: id })).rejects.toThrow(InvalidIdError);
      await expect(through.rates.peek({ subject: id })).rejects.toThrow(InvalidIdError);
      await expect(through.sessions.getMany(["a", id])).rejects.toThrow(InvalidIdError);
      await expect(through.settings.getMany([id])).rejects.toThrow(InvalidIdError);
      await expect(through.sessions.create({ id, userId: "ada" })).rejects.toThrow(InvalidIdError);
      await expect(through.sessions.deleteAll(id)).rejects.toThrow(InvalidIdError);
      await expect(through.users.erase(id)).rejects.toThrow(InvalidIdError);
      expect(() => through.sessions.list(id)).toThrow(InvalidIdError);
    }
    expect(proxy.came).toEqual([]);
  });

  test("a body that is refused says where", async () => {
    const bad = state.sessions.put(fresh(), { userId: "ada", ttlSeconds: 0 });
    await expect(bad).rejects.toThrow(/ttlSeconds/);
    await expect(bad).rejects.toThrow(InvalidRequestError);
  });
});

describe("repetition", () => {
  const away = (retryAfter: string) => answers(503, { "retry-after": retryAfter }, "");

  test("an idempotent call is repeated twice, and obeys Retry-After in seconds and as a date", async () => {
    const id = fresh();
    proxy.next(1, away("1"));
    let began = performance.now();
    await through.sessions.put(id, { userId: "ada" });
    expect(performance.now() - began).toBeGreaterThan(990);
    const date = new Date("2001-01-01T00:00:00Z");
    const later = new Date(date.getTime() + 1_000);
    // both of a clock that is a quarter of a century behind
    proxy.next(
      1,
      answers(503, { date: date.toUTCString(), "retry-after": later.toUTCString() }, ""),
    );
    began = performance.now();
    await through.sessions.get(id);
    expect(performance.now() - began).toBeGreaterThan(990);
    proxy.reset();
    proxy.fault = answers(503, { "retry-after": "0" }, "");
    await expect(through.sessions.get(id)).rejects.toThrow(UnavailableError);
    expect(proxy.came.length).toBe(3);
  });

  test("what a gateway answers in JSON is not taken for the service", async () => {
    const id = fresh();
    await state.sessions.put(id, { userId: "ada", data: { turns: [] } });
    const json = { "content-type": "application/json", "retry-after": "0" };
    proxy.fault = answers(503, json, '{"message":"Service Unavailable"}');
    const error = await through.sessions.append(id, "turns", ["x"]).catch((e: unknown) => e);
    expect((error as UnavailableError).maybeApplied).toBe(true);
    expect(proxy.came.length).toBe(1);
    proxy.fault = answers(200, {}, "");
    await expect(through.sessions.get(id)).rejects.toThrow(UnexpectedAnswerError);
  });

  test("a commit in doubt is repeated only where it may be done twice", async () => {
    const type = "urn:problem-type:commit-in-doubt";
    const id = fresh();
    const problem = { type, title: "Commit In Doubt", status: 503, instance: `/v1/sessions/${id}` };
    const json = { "content-type": "application/problem+json", "retry-after": "0" };
    const doubt = answers(503, json, JSON.stringify(problem));
    await state.sessions.put(id, { userId: "ada", data: { turns: [] } });
    proxy.fault = doubt;
    const error = await through.sessions.append(id, "turns", ["x"]).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UnavailableError);
    expect((error as UnavailableError).maybeApplied).toBe(true);
    expect(proxy.came.length).toBe(1);
    proxy.reset();
    proxy.next(1, doubt);
    await through.sessions.put(id, { userId: "ada" });
    expect(proxy.came.length).toBe(2);
  });

  test("a Retry-After beyond the call's time is answered at once", async () => {
    proxy.fault = away("3600");
    const began = performance.now();
    const error = await through.sessions.get("a").catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UnavailableError);
    expect((error as UnavailableError).retryAfterMs).toBe(3_600_000);
    expect(performance.now() - began).toBeLessThan(500);
  });

  test("nothing is sent twice that could be done twice, where the answer is lost", async () => {
    const [id, user, list, gone, begun, subject] = [fresh(), fresh(), fresh(), fresh(), fresh(), fresh()];
    const setting = `core.${randomUUID()}`;
    const name = `twice-${randomUUID()}`;
    const policy = { tier: "twice", endpoint: "*", limit: 100, windowMs: 3_600_000 };
    const entry = (at: number) => ({ message: { id: `${at}` }, enqueuedAt: at, expiresAt: at }) as never;
    const chat = botbotState(state);
    const lossy = botbotState(through);
    await state.rates.policies.put("twice", policy);
    await state.sessions.put(id, { userId: "ada", data: { turns: [], step: 0 } });
    const { version } = await state.sessions.put(gone, { userId: "ada" });
    await state.scratch.put("core", "once", 1);
    await state.agents.put(setting, { config: { model: "small" } });
    await state.agents.put(setting, { config: { model: "large" } });
    await state.preferences.put(user, { lang: "en", fonts: [] });
    const { key: first } = await state.clients.create({ name, roles: ["frontend"] });
    await chat.appendToList(list, "a");
    await chat.enqueue(list, entry(1), 9);
    await chat.enqueue(list, entry(2), 9);

    // what reads passes, the answer to what writes is lost
    const lose = losesTheAnswer(url);
    proxy.fault = (incoming, outgoing, pass) =>
      incoming.method === "GET" ? pass() : lose(incoming, outgoing, pass);
    const add = (data: Chat) => ({ ...data, step: (data.step ?? 0) + 1 });
    const font = { op: "add", path: "/preferences/fonts/-", value: "mono" } as const;
    const client = { name: `${name}-too`, roles: ["frontend" as const] };
    const calls: Record<string, () => Promise<unknown>> = {
      append: () => through.sessions.append(id, "turns", ["x"]),
      update: () => through.sessions.update(id, add),
      create: () => through.sessions.create({ id: begun, userId: "ada" }),
      delete: () => through.sessions.delete(gone, { ifMatch: `"${version}"` }),
      preferences: () => through.preferences.jsonPatch(user, [font]),
      put: () => through.settings.put(setting, { value: 1 }),
      rollback: () => through.agents.rollback(setting, 1),
      take: () => through.scratch.take("core", "once"),
      check: () => through.rates.check({ subject, tier: "twice" }),
      client: () => through.clients.create(client),
      rotate: () => through.clients.rotate(name, 60),
      appendToList: () => lossy.appendToList(list, "b"),
      enqueue: () => lossy.enqueue(list, entry(3), 9),
      dequeue: () => lossy.dequeue(list),
    };
    for (const [what, call] of Object.entries(calls)) {
      proxy.came.length = 0;
      const failure = await call().catch((e: unknown) => e);
      expect(failure, what).toBeInstanceOf(ConnectionError);
      expect((failure as ConnectionError).maybeApplied, what).toBe(true);
      expect(proxy.came.filter((line) => !line.startsWith("GET")), what).toHaveLength(1);
    }

    // counted on the server: each was done exactly once
    expect((await state.sessions.get(id))?.data).toEqual({ turns: ["x"], step: 1 });
    expect((await state.sessions.get(begun))?.id).toBe(begun);
    expect(await state.sessions.get(gone)).toBeUndefined();
    expect((await state.preferences.get(user))?.preferences).toMatchObject({ fonts: ["mono"] });
    expect((await state.settings.get(setting))?.version).toBe(1);
    expect(await state.agents.get(setting)).toMatchObject({ version: 3, config: { model: "small" } });
    expect(await state.scratch.get("core", "once")).toBeUndefined();
    expect((await state.rates.peek({ subject, tier: "twice" })).remaining).toBe(99);
    // the key before the last one is good until its grace ends; one before that is not
    expect(await new BotBot({ url, key: first }).sessions.get("none")).toBeUndefined();
    expect(await chat.getList(list)).toEqual(["a", "b"]);
    expect(await chat.queueDepth(list)).toBe(2);
    expect((await chat.dequeue(list))?.enqueuedAt).toBe(2);
    await state.settings.delete(setting);
    await state.agents.delete(setting);
    await state.clients.delete(name);
    await state.clients.delete(client.name);
    await state.rates.policies.delete("twice");
  });

  test("a session without an id is begun once, though the answer is lost", async () => {
    const userId = fresh();
    proxy.next(1, losesTheAnswer(url));
    const made = await through.sessions.create({ userId, data: { turns: [] } });
    expect(proxy.came.map((line) => line.split(" ")[0])).toEqual(["POST", "POST", "GET"]);
    expect((await state.users.export(userId)).sessions.map((s) => s.id)).toEqual([made.id]);
  });

  test("409 and 412 are never repeated", async () => {
    const id = fresh();
    await state.sessions.put(id, { userId: "ada" });
    await expect(through.sessions.create({ id, userId: "ada" })).rejects.toThrow(ConflictError);
    await expect(
      through.sessions.put(id, { userId: "ada" }, { ifNoneMatch: "*" }),
    ).rejects.toThrow(PreconditionFailedError);
    expect(proxy.came.length).toBe(2);
  });

  test("what the service itself refused with 503 is repeated, whatever it is", async () => {
    const id = fresh();
    await state.sessions.put(id, { userId: "ada", data: { turns: [] } });
    const problem = { type: "about:blank", title: "", status: 503, detail: "", instance: "/v1/" };
    const type = { "content-type": "application/problem+json", "retry-after": "0" };
    proxy.next(2, answers(503, type, JSON.stringify(problem)));
    expect((await through.sessions.append(id, "turns", ["x"])).data.turns).toEqual(["x"]);
    expect(proxy.came.length).toBe(3);
  });

  test("a call over the client's own limit waits as long as the service says, and is repeated", async () => {
    const name = `limited-${randomUUID()}`;
    const policy = { tier: name, endpoint: "api", limit: 2, windowMs: 1_000 };
    await state.rates.policies.put(name, policy);
    const made = await state.clients.create({ name, roles: ["frontend"], tier: name });
    const limited = (retries: number) => new BotBot({ url: proxy.url, key: made.key, retries }).sessions;
    const reads = Array.from({ length: 3 }, () => limited(2).get("none"));
    expect(await Promise.all(reads)).toEqual([undefined, undefined, undefined]);
    expect(proxy.came.length).toBeGreaterThan(3);
    const over = await Promise.all(
      Array.from({ length: 3 }, () => limited(0).get("none").catch((e: unknown) => e)),
    );
    const refused = over.filter((error) => error instanceof RateLimitedError);
    expect(refused[0]?.problem).toMatchObject({ scope: "client" });
    expect(refused[0]?.retryAfterMs).toBeGreaterThanOrEqual(1_000);
    await state.clients.delete(name);
    await state.rates.policies.delete(name);
  });

  test("all goes through the fetch that is given", async () => {
    const sent: string[] = [];
    const own: typeof fetch = (input, init) => {
      sent.push(`${init?.method ?? "GET"} ${new URL(String(input)).pathname}`);
      return fetch(input, init);
    };
    const client = new BotBot({ url, key, fetch: own });
    await client.sessions.get("none");
    await client.rates.check({ subject: "ada" });
    for await (const event of client.changes()) {
      expect(event.type).toBe("open");
      break;
    }
    expect(sent).toEqual(["GET /v1/sessions/none", "POST /v1/rate-checks/batch", "GET /v1/changes"]);
  });
});
