/**
 * Session store of Telegraf; `get`, `set`, `delete` are also what the Teams SDK's storage asks for.
 *
 * @packageDocumentation
 */
import type { Connection } from "../client.js";
import { KeyedStore, type StoreOptions } from "../keyed.js";

export type { StoreOptions } from "../keyed.js";

/** A store with `get`, `set` and `delete`. */
export interface Store<T> {
  get(key: string): Promise<T | undefined>;
  set(key: string, value: T): Promise<void>;
  delete(key: string): Promise<void>;
}

/**
 * `session({ store: botbotStore({ url, key }) })`. A value lives for a year after its last use. The
 * user of a key `from:chat` is `from`, unless `userId` says otherwise.
 */
export function botbotStore<T>(connection: Connection, options: StoreOptions = {}): Store<T> {
  const userId = (key: string) => /^(\d+):-?\d+$/.exec(key)?.[1] ?? key;
  const store = new KeyedStore(connection, { userId, ...options });
  return {
    get: async (key) => (await store.read<T>(key))?.value,
    set: async (key, value) => {
      await store.write(key, value);
    },
    delete: async (key) => {
      await store.delete(key);
    },
  };
}
