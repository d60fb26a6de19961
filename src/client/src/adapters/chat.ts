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
      () => true,
      (error: unknown) => only(error, 412),
    );
  }

  /** Writes where nothing is, or nothing any more. */
  async function claim(
    key: string,
    value: unknown,
    ttlMs?: number,
    over?: Session,
  ): Promise<boolean> {
    if (await held(store.write(key, value, ttlMs, unchanged(over)))) {
      return true;
    }
    // what the service keeps still may be over
    const old = await sessions.get(store.idOf(key));
    return !(old && open(old)) && claim(key, value, ttlMs, old);
  }

  async function append(key: string, value: unknown, most = 0, ttlMs?: number): Promise<number> {
    const id = store.idOf(key);
    const ttl = ttlMs && whole(ttlMs);
    let session: Session;
    try {
      session = await sessions.jsonPatch(id, [
        { op: "add", path: "/data/$value/-", value },
        { op: "add", path: "/ttlSeconds", value: ttl ? ttl / 1000 : store.ttlSeconds },
        { op: "add", path: "/sliding", value: !ttl },
      ]);
    } catch (error) {
      only(error, 404, 422);
      // there is none yet, or what is there is no list
      const old = await sessions.get(id);
      const isList = old && Array.isArray(open(old)?.value);
      const began = !isList && (await held(store.write(key, [value], ttl, unchanged(old))));
      return began ? 1 : append(key, value, most, ttlMs);
    }
    const list = open<unknown[]>(session)?.value ?? [];
    const last = list.slice(-most);
    const cut = { op: "add" as const, path: "/data/$value", value: last };
    // the value is in: an error would have it appended again. Whoever appends next cuts the list
    await Promise.allSettled([
      last.length < list.length && sessions.jsonPatch(id, [cut], unchanged(session)),
      ttl && sessions.touch(id),
    ]);
    return last.length;
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
    setIfNotExists: (key, value, ttlMs) => claim(key, value, ttlMs),
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
        if (!found || first === undefined) {
          return null;
        }
        const remove = { op: "remove" as const, path: "/data/$value/0" };
        if (await held(sessions.jsonPatch(store.idOf(key), [remove], { ifMatch: found.tag }))) {
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
    isSubscribed: async (threadId) => !!(await store.read(`subscription:${threadId}`)),
  };
}

/** The end of a list or a lock is the service's alone, so that no process's clock counts: in seconds. */
function whole(ttlMs: number): number {
  return Math.max(1, Math.ceil(ttlMs / 1000)) * 1000;
}

/** The condition that nobody else has written since. */
function unchanged(old: Session | undefined): WriteOptions {
  return old ? { ifMatch: tagOf(old) } : { ifNoneMatch: "*" };
}

/** Throws the error on unless it has one of these statuses; answers false. */
function only(error: unknown, ...statuses: unknown[]): false {
  if (statuses.includes((error as { status?: number }).status)) {
    return false;
  }
  throw error;
}
