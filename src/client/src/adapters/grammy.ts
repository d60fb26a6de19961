/**
 * Storage of grammY's sessions and conversations.
 *
 * @packageDocumentation
 */
import type { StorageAdapter } from "grammy";
import type { Connection } from "../client.js";
import { KeyedStore, type StoreOptions } from "../keyed.js";

export type { StoreOptions } from "../keyed.js";

/**
 * `session({ storage: botbotStorage({ url, key }) })`. A value lives for a year after its last use.
 * For conversations give another prefix:
 * `conversations({ storage: botbotStorage({ url, key }, { prefix: "conversation:" }) })`.
 */
export function botbotStorage<T>(
  connection: Connection,
  options?: StoreOptions,
): StorageAdapter<T> {
  const store = new KeyedStore(connection, options);
  return {
    read: async (key) => (await store.read<T>(key))?.value,
    write: async (key, value) => {
      await store.write(key, value);
    },
    delete: async (key) => {
      await store.delete(key);
    },
    has: async (key) => (await store.read(key)) !== undefined,
  };
}
