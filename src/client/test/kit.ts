import { botbotStorage as agentsStorage, botbotStorageV2 } from "@botbot/state/agents";
import { conversationStore, installationStore } from "@botbot/state/bolt";
import { botbotState } from "@botbot/state/chat";
import { botbotStore as expressStore } from "@botbot/state/express-session";
import { botbotStorage } from "@botbot/state/grammy";
import { BotBotKeyv } from "@botbot/state/keyv";
import { botbotStore } from "@botbot/state/telegraf";
import type { BotBotOptions } from "@botbot/state";
import session from "express-session";

/** What the kit asks of a store adapter. */
export interface Subject {
  set(key: string, value: unknown): Promise<unknown>;
  /** undefined where there is none. */
  get(key: string): Promise<unknown>;
  delete(key: string): Promise<unknown>;
  /** Sets what ends after a time, where the framework knows such. */
  setFor?(key: string, value: unknown, ms: number): Promise<unknown>;
}

/** An adapter, and what is peculiar to it. */
export interface Candidate {
  name: string;
  /** Whether it holds objects only. */
  objectsOnly?: true;
  /** The id of the session that holds a key's value. */
  id(key: string): string;
  /** How long a value lives for which the framework says nothing, in seconds; a year if absent. */
  ttlSeconds?: number;
  /** `ttlSeconds`: another time than that, where the adapter takes one. */
  open(connection: BotBotOptions, options?: { ttlSeconds: number }): Subject;
}

const none = (error: unknown) => {
  if (error instanceof Error && /^(Conversation not found|No installation)/.test(error.message)) {
    return undefined;
  }
  throw error;
};

/** Every store adapter, each with keys of its own. */
export const CANDIDATES: Candidate[] = [
  {
    name: "grammy",
    id: (key) => `kit-g:${key}`,
    open(connection, options) {
      const store = botbotStorage<unknown>(connection, { prefix: "kit-g:", ...options });
      return {
        set: async (key, value) => store.write(key, value),
        get: async (key) => store.read(key),
        delete: async (key) => store.delete(key),
      };
    },
  },
  {
    name: "telegraf",
    id: (key) => `kit-t:${key}`,
    open: (connection, options) =>
      botbotStore<unknown>(connection, { prefix: "kit-t:", ...options }),
  },
  {
    name: "agents",
    objectsOnly: true,
    id: (key) => `kit-a:${key}`,
    open(connection, options) {
      const store = agentsStorage(connection, { prefix: "kit-a:", ...options });
      return {
        set: (key, value) => store.write({ [key]: value as Record<string, unknown> }),
        async get(key) {
          const item = (await store.read([key]))[key];
          const { eTag: _, ...value } = item ?? {};
          return item && value;
        },
        delete: (key) => store.delete([key]),
      };
    },
  },
  {
    name: "agents v2",
    objectsOnly: true,
    id: (key) => `kit-a2:${key}`,
    open(connection, options) {
      const store = botbotStorageV2(connection, { prefix: "kit-a2:", ...options });
      return {
        set: (key, value) => store.write({ [key]: value as Record<string, unknown> }),
        get: async (key) => (await store.read([key]))[key]?.value,
        delete: (key) => store.delete([key]),
        setFor: (key, value, ms) =>
          store.write({ [key]: value as Record<string, unknown> }, { ttl: ms / 1000 }),
      };
    },
  },
  {
    name: "bolt, conversations",
    id: (key) => `kit-b:${key}`,
    open(connection, options) {
      const store = conversationStore<unknown>(connection, { prefix: "kit-b:", ...options });
      return {
        set: (key, value) => store.set(key, value),
        get: (key) => store.get(key).catch(none),
        delete: (key) => store.set(key, null, Date.now() - 1),
        setFor: (key, value, ms) => store.set(key, value, Date.now() + ms),
      };
    },
  },
  {
    name: "bolt, installations",
    objectsOnly: true,
    id: (key) => `kit-i:-${key}`,
    ttlSeconds: 315_360_000,
    open(connection, options) {
      const store = installationStore(connection, { prefix: "kit-i:", ...options });
      const query = (teamId: string) =>
        ({ teamId, enterpriseId: undefined, isEnterpriseInstall: false }) as const;
      return {
        set: (key, value) =>
          store.storeInstallation({
            ...({ value } as object),
            team: { id: key },
            enterprise: undefined,
            user: { id: "U", token: undefined, scopes: undefined },
          }),
        async get(key) {
          const found = await store.fetchInstallation(query(key)).catch(none);
          return (found as { value?: unknown } | undefined)?.value;
        },
        delete: async (key) => store.deleteInstallation?.(query(key)),
      };
    },
  },
  {
    name: "express-session",
    objectsOnly: true,
    id: (key) => `kit-e:${key}`,
    ttlSeconds: 86_400,
    open(connection) {
      const store = expressStore(session, connection, { prefix: "kit-e:", owner: "kit" });
      type Data = session.SessionData;
      const set = (key: string, value: unknown, ms?: number) =>
        new Promise<void>((resolve, reject) => {
          const expires = ms === undefined ? undefined : new Date(Date.now() + ms);
          const data = { ...(value as object), ...(expires && { cookie: { expires } }) };
          store.set(key, data as unknown as Data, (error) => (error ? reject(error) : resolve()));
        });
      return {
        set,
        setFor: set,
        get: (key) =>
          new Promise((resolve, reject) =>
            store.get(key, (error, data) => (error ? reject(error) : resolve(data ?? undefined))),
          ),
        delete: (key) =>
          new Promise<void>((resolve, reject) =>
            store.destroy(key, (error) => (error ? reject(error) : resolve())),
          ),
      };
    },
  },
  {
    name: "keyv",
    id: (key) => `kit:${key}`,
    open(connection) {
      const store = new BotBotKeyv(connection);
      store.namespace = "kit";
      return {
        set: (key, value) => store.set(key, value),
        get: (key) => store.get(key),
        delete: (key) => store.delete(key),
        setFor: (key, value, ms) => store.set(key, value, Date.now() + ms),
      };
    },
  },
  {
    name: "chat",
    id: (key) => `kit-c:${key}`,
    open(connection, options) {
      const state = botbotState(connection, { prefix: "kit-c:", ...options });
      return {
        set: (key, value) => state.set(key, value),
        // the SDK's answer for none is null too
        get: async (key) => (await state.get(key)) ?? undefined,
        delete: (key) => state.delete(key),
        setFor: (key, value, ms) => state.set(key, value, ms),
      };
    },
  },
];

/** Keys as platforms make them. */
export const KEYS = [
  "-1001234567890",
  "42:-100",
  "msteams/28:app/conversations/19:meeting_" + "x".repeat(90) + "@thread.tacv2;messageid=1700000000000",
  "whatsapp:+15551234567",
  "spaces/A/threads/B",
  "!room:matrix.example",
  "a%2Fb c?d#e&f=g+h",
  "C01234567-1700000000.000100",
  "2001:db8::/56",
  "日本語/Ünïcödé/👩‍👩‍👧",
  "__proto__",
  "k".repeat(490),
];

/** Values of every kind of JSON. */
export const OBJECTS: Record<string, unknown>[] = [
  {},
  { a: 1, b: [true, null, "x", { c: -0.5 }], d: { e: {} } },
  { "": "empty", "a.b": 1, "a/b~c": 2, $ref: "#", "🙂": "\u{10FFFF}", constructor: 1 },
  { $value: 7, other: true },
  { $value: { $value: 1 }, $until: 5 },
  { text: "line\nend\ttab \\ \" \u0001 \u2028 日本語 👩‍👩‍👧" },
];

export const OTHERS = [0, -1.5, 1e21, "", "text", true, false, [], [[1], [], null], ["$value"]];
