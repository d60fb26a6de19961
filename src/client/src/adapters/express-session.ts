/**
 * Session store of express-session.
 *
 * @packageDocumentation
 */
import type { SessionData, Store } from "express-session";
import type { Connection } from "../client.js";
import { KeyedStore, LONGEST, open } from "../keyed.js";
import { found } from "../resources.js";
import type { Session } from "../types.js";

/** How sessions are kept. */
export interface SessionStoreOptions {
  /** What is put before each session id. */
  prefix?: string | undefined;
  /**
   * Whose all the sessions are, after the prefix, for `all`, `length` and `clear`;
   * `express-session` if absent.
   */
  owner?: string | undefined;
}

const DAY = 24 * 60 * 60 * 1000;

/**
 * `session({ store: botbotStore(session, { url, key }), … })`. A session lives until its cookie
 * ends, or for a day.
 */
export function botbotStore(
  session: { Store: abstract new () => Store },
  connection: Connection,
  options: SessionStoreOptions = {},
): Store {
  const { prefix = "" } = options;
  const owner = prefix + (options.owner ?? "express-session");
  const store = new KeyedStore(connection, { prefix, userId: () => owner });
  const sessions = store.client.sessions;

  async function list(): Promise<Record<string, SessionData>> {
    const all: Record<string, SessionData> = {};
    for await (const kept of sessions.list(owner)) {
      const found = open<SessionData>(kept as Session);
      if (found !== undefined) {
        all[kept.id.slice(prefix.length)] = found.value;
      }
    }
    return all;
  }

  class BotBotStore extends session.Store {
    override get(sid: string, callback: Callback<SessionData | null>): void {
      answer(
        store.read<SessionData>(sid).then((read) => read?.value ?? null),
        callback,
      );
    }

    override set(sid: string, data: SessionData, callback?: Callback<void>): void {
      const ttl = ttlOf(data);
      // what it is when it is sent, which the request may change meanwhile
      const now = JSON.parse(JSON.stringify(data)) as Session["data"];
      answer(ttl > 0 ? store.write(sid, now, ttl) : store.delete(sid), callback);
    }

    override destroy(sid: string, callback?: Callback<void>): void {
      answer(store.delete(sid), callback);
    }

    override touch(sid: string, data: SessionData, callback?: Callback<void>): void {
      const ttl = ttlOf(data);
      const touched = ttl > 0 ? found(sessions.touch(store.idOf(sid), ttl / 1000)) : store.delete(sid);
      answer(touched, callback);
    }

    override all(callback: Callback<Record<string, SessionData>>): void {
      answer(list(), callback);
    }

    override length(callback: Callback<number>): void {
      answer(
        list().then((all) => Object.keys(all).length),
        callback,
      );
    }

    override clear(callback?: Callback<void>): void {
      answer(sessions.deleteAll(owner), callback);
    }
  }
  return new BotBotStore();
}

type Callback<T> = (error: unknown, value?: T) => void;

function answer<T>(work: Promise<unknown>, callback: Callback<T> | undefined): void {
  // out of the promise, so that what the callback throws is not taken for a failure of the store
  work.then(
    (value) => callback && setImmediate(callback, null, value as T),
    (error: unknown) => callback && setImmediate(callback, error),
  );
}

// in whole seconds, at most as many as the service takes: it enforces these itself
function ttlOf(data: SessionData): number {
  const expires = data.cookie?.expires;
  const left = expires ? new Date(expires).getTime() - Date.now() : DAY;
  return Math.min(LONGEST, Math.ceil(left / 1000)) * 1000;
}
