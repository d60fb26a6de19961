/**
 * State of Vercel's Chat SDK.
 *
 * @packageDocumentation
 */
import type { Lock, QueueEntry, StateAdapter } from "chat";
import type { Connection } from "../client.js";
import { KeyedStore, open, type StoreOptions } from "../keyed.js";
import { type Session, tagOf, type WriteOptions } from "../types.js";

export type { StoreOptions } from "../keyed.js";

const LIST = "/data/$value";
const FIRST = { op: "remove" as const, path: `${LIST}/0` };

/**
 * `new Chat({ state: botbotState({ url, key }), … })`. What has no TTL lives for a year after its
 * last use. Lists grow by JSON Patch, so that none of several writers' values is lost.
 */
export function botbotState(connection: Connection, options?: StoreOptions): StateAdapter {
  const store = new KeyedStore(connection, options);
  const sessions = store.client.sessions;

  /** Whether the condition held. */
  function held(work: Promise<unknown>): Promise<boolean> {
    return work.then(
      (done) => done !== false,
      (error: unknown) => unless(error, 412) < 0,
    );
  }

  /** Writes where nothing is, or nothing any more. */
  async function claim(key: string, value: unknown, ttlMs?: number): Promise<boolean> {
    const old = await sessions.get(store.idOf(key));
    if (old !== undefined && open(old) !== undefined) {
      return false;
    }
    const condition = old === undefined ? { ifNoneMatch: "*" } : { ifMatch: tagOf(old) };
    return held(store.write(key, value, ttlMs, condition));
  }

  async function append(key: string, value: unknown, most = 0, ttlMs?: number): Promise<number> {
    const id = store.idOf(key);
    const ttl = ttlMs && whole(ttlMs);
    let session: Session;
    try {
      session = await sessions.jsonPatch(id, [{ op: "add", path: `${LIST}/-`, value }]);
    } catch (error) {
      // there is none yet, or what is there is no list
      const condition = unless(error, 404, 422) === 404 ? { ifNoneMatch: "*" } : {};
      const began = await held(store.write(key, [value], ttl, condition));
      return began ? 1 : append(key, value, most, ttlMs);
    }
    const { length } = open<unknown[]>(session)?.value ?? [];
    const over = most > 0 ? Math.min(100, Math.max(0, length - most)) : 0;
    if (over > 0) {
      const drop = Array.from({ length: over }, () => FIRST);
      // whoever has appended since drops it
      await held(sessions.jsonPatch(id, drop, { ifMatch: tagOf(session) }));
    }
    await (ttl && sessions.touch(id, ttl / 1000));
    return length - over;
  }

  async function list<T>(key: string): Promise<T[]> {
    const value = (await store.read<T[]>(key))?.value;
    return Array.isArray(value) ? value : [];
  }

  /** Does something with the lock, if it is held with this token. */
  async function whileMine(
    lock: Lock,
    work: (key: string, condition: WriteOptions) => Promise<unknown>,
  ): Promise<boolean> {
    const key = `lock:${lock.threadId}`;
    const found = await store.read<Lock>(key);
    return found?.value.token === lock.token && held(work(key, { ifMatch: found.tag }));
  }

  return {
    connect: async () => undefined,
    disconnect: async () => undefined,

    get: async <T>(key: string) => (await store.read<T>(key))?.value ?? null,
    set: async (key, value, ttlMs) => {
      await store.write(key, value, ttlMs);
    },
    setIfNotExists: claim,
    delete: async (key) => {
      await store.delete(key);
    },

    appendToList: async (key, value, { maxLength, ttlMs } = {}) => {
      await append(key, value, maxLength, ttlMs);
    },
    getList: list,

    enqueue: (threadId, entry, maxSize) => append(`queue:${threadId}`, entry, maxSize),
    async dequeue(threadId) {
      const key = `queue:${threadId}`;
      for (;;) {
        const found = await store.read<QueueEntry[]>(key);
        const first = found?.value[0];
        if (found === undefined || first === undefined) {
          return null;
        }
        if (await held(sessions.jsonPatch(store.idOf(key), [FIRST], { ifMatch: found.tag }))) {
          return first;
        }
      }
    },
    queueDepth: async (threadId) => (await list(`queue:${threadId}`)).length,

    async acquireLock(threadId, ttlMs) {
      const lock = { threadId, token: crypto.randomUUID(), expiresAt: Date.now() + ttlMs };
      return (await claim(`lock:${threadId}`, lock, whole(ttlMs))) ? lock : null;
    },
    extendLock: (lock, ttlMs) =>
      whileMine(lock, (key, condition) => {
        const longer = { ...lock, expiresAt: Date.now() + ttlMs };
        return store.write(key, longer, whole(ttlMs), condition);
      }),
    async releaseLock(lock) {
      await whileMine(lock, (key, condition) => store.delete(key, condition));
    },
    async forceReleaseLock(threadId) {
      await store.delete(`lock:${threadId}`);
    },

    subscribe: async (threadId) => {
      await store.write(`subscription:${threadId}`, true);
    },
    unsubscribe: async (threadId) => {
      await store.delete(`subscription:${threadId}`);
    },
    isSubscribed: async (threadId) => (await store.read(`subscription:${threadId}`)) !== undefined,
  };
}

/** The end of a list or a lock is the service's alone, so that no process's clock counts: in seconds. */
function whole(ttlMs: number): number {
  return Math.max(1, Math.ceil(ttlMs / 1000)) * 1000;
}

/** The error's status, if it is one of those; else it is thrown on. */
function unless(error: unknown, ...statuses: number[]): number {
  const { status = 0 } = error as { status?: number };
  if (!statuses.includes(status)) {
    throw error;
  }
  return status;
}
