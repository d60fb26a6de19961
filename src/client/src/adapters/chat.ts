/**
 * State of Vercel's Chat SDK.
 *
 * @packageDocumentation
 */
import type { Lock, QueueEntry, StateAdapter } from "chat";
import type { Connection } from "../client.js";
import { InvalidRequestError, NotFoundError, PreconditionFailedError } from "../errors.js";
import { KeyedStore, open, type StoreOptions } from "../keyed.js";
import { type Session, tagOf } from "../types.js";

const LIST = "/data/$value";

/**
 * `new Chat({ state: botbotState({ url, key }), … })`. What has no TTL lives for a year after its
 * last use. Lists grow by JSON Patch, so that none of several writers' values is lost.
 */
export function botbotState(connection: Connection, options?: StoreOptions): StateAdapter {
  const store = new KeyedStore(connection, options);
  const sessions = store.client.sessions;

  /** Whether the condition held. */
  async function held(work: Promise<unknown>): Promise<boolean> {
    try {
      return (await work) !== false;
    } catch (error) {
      if (error instanceof PreconditionFailedError) {
        return false;
      }
      throw error;
    }
  }

  /** Writes where nothing is, or nothing any more. */
  async function claim(key: string, value: unknown, ttlMs?: number): Promise<boolean> {
    const old = await sessions.get(store.idOf(key));
    if (old !== undefined && open(old) !== undefined) {
      return false;
    }
    const condition = old === undefined ? { ifNoneMatch: "*" } : { ifMatch: tagOf(old) };
    return held(store.write(key, value, ttlMs || undefined, condition));
  }

  async function append(key: string, value: unknown, most = 0, ttlMs?: number): Promise<number> {
    const id = store.idOf(key);
    const operation = { op: "add" as const, path: `${LIST}/-`, value };
    let session: Session;
    try {
      session = await sessions.jsonPatch(id, [operation]);
    } catch (error) {
      const missing = error instanceof NotFoundError;
      if (!missing && !(error instanceof InvalidRequestError && error.status === 422)) {
        throw error;
      }
      // there is none yet, or what is there is no list
      const condition = missing ? { ifNoneMatch: "*" } : {};
      const began = await held(store.write(key, [value], seconds(ttlMs), condition));
      return began ? 1 : append(key, value, most, ttlMs);
    }
    const { length } = open<unknown[]>(session)?.value ?? [];
    const over = most > 0 ? Math.min(100, length - most) : 0;
    if (over > 0) {
      const drop = Array.from({ length: over }, () => ({ op: "remove" as const, path: `${LIST}/0` }));
      // whoever has appended since drops it
      await held(sessions.jsonPatch(id, drop, { ifMatch: tagOf(session) }));
    }
    if (ttlMs !== undefined) {
      await sessions.touch(id, (seconds(ttlMs) ?? 0) / 1000);
    }
    return Math.max(length - Math.max(over, 0), 1);
  }

  async function list<T>(key: string): Promise<T[]> {
    const value = (await store.read<T[]>(key))?.value;
    return Array.isArray(value) ? value : [];
  }

  /** The lock as it is, if the token is the one given. */
  async function mine(lock: Lock) {
    const found = await store.read<Lock>(`lock:${lock.threadId}`);
    return found?.value.token === lock.token ? found : undefined;
  }

  return {
    connect: async () => undefined,
    disconnect: async () => undefined,

    get: async <T>(key: string) => (await store.read<T>(key))?.value ?? null,
    set: async (key, value, ttlMs) => {
      await store.write(key, value, ttlMs || undefined);
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
        const drop = [{ op: "remove" as const, path: `${LIST}/0` }];
        if (await held(sessions.jsonPatch(store.idOf(key), drop, { ifMatch: found.tag }))) {
          return first;
        }
      }
    },
    queueDepth: async (threadId) => (await list(`queue:${threadId}`)).length,

    async acquireLock(threadId, ttlMs) {
      const lock = { threadId, token: crypto.randomUUID(), expiresAt: Date.now() + ttlMs };
      return (await claim(`lock:${threadId}`, lock, ttlMs)) ? lock : null;
    },
    async extendLock(lock, ttlMs) {
      const found = await mine(lock);
      const longer = { ...lock, expiresAt: Date.now() + ttlMs };
      const write = (tag: string) =>
        store.write(`lock:${lock.threadId}`, longer, ttlMs, { ifMatch: tag });
      return found !== undefined && held(write(found.tag));
    },
    async releaseLock(lock) {
      const found = await mine(lock);
      if (found !== undefined) {
        await held(store.delete(`lock:${lock.threadId}`, { ifMatch: found.tag }));
      }
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

function seconds(ttlMs: number | undefined): number | undefined {
  return ttlMs ? Math.max(1, Math.ceil(ttlMs / 1000)) * 1000 : undefined;
}
