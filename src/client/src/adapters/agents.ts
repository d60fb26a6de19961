/**
 * Storage of the Microsoft 365 Agents SDK and of the Bot Framework.
 *
 * @packageDocumentation
 */
import type { Connection } from "../client.js";
import { PreconditionFailedError } from "../errors.js";
import { KeyedStore, readMany, type StoreOptions } from "../keyed.js";

export type { StoreOptions } from "../keyed.js";

/** Items by key; what is in one is the bot's own. */
export type Items = Record<string, { eTag?: string } & Record<string, unknown>>;

/** Storage, version 1. */
export interface StorageV1 {
  read(keys: string[]): Promise<Items>;
  write(changes: Items): Promise<void>;
  delete(keys: string[]): Promise<void>;
}

/** What became of a key. */
export type Status = "succeeded" | "notFound" | "conflict" | "conditionNotMet";

/** The result for a key. */
export interface Result {
  key: string;
  status: Status;
  value?: Record<string, unknown>;
  version?: string;
}

/** How values are written, version 2. */
export interface WriteOptionsV2 {
  /** How long they live, in seconds. */
  ttl?: number;
  mode?: "upsert" | "createOnly" | "replace";
  expectedVersion?: string;
}

/** Storage, version 2, as the SDK's pull requests 1186 and 1272 have it. */
export interface StorageV2 {
  read(keys: string[]): Promise<Record<string, Result>>;
  write(
    changes: Record<string, Record<string, unknown>>,
    options?: WriteOptionsV2,
  ): Promise<Record<string, Result>>;
  delete(keys: string[], options?: { expectedVersion?: string }): Promise<Record<string, Result>>;
}

/**
 * `new ConversationState(botbotStorage({ url, key }))`. An item lives for a year after its last use.
 * A write with an `eTag` that is not the current one rejects with "eTag conflict".
 */
export function botbotStorage(connection: Connection, options?: StoreOptions): StorageV1 {
  const store = new KeyedStore(connection, options);
  return {
    async read(keys) {
      given(keys?.length, "keys");
      const items: Items = {};
      for (const [key, { value, tag }] of await readMany<object>(store, keys)) {
        items[key] = { ...value, eTag: tag };
      }
      return items;
    },
    async write(changes) {
      given(changes && Object.keys(changes).length + 1, "changes");
      await each(Object.entries(changes), async ([key, { eTag, ...item }]) => {
        const condition = eTag && eTag !== "*" ? { ifMatch: eTag } : {};
        try {
          await store.write(key, item, undefined, condition);
        } catch (error) {
          if (!(error instanceof PreconditionFailedError)) {
            throw error;
          }
          if (error.currentTag !== undefined) {
            throw new Error(`Storage: eTag conflict for ${key}.`, { cause: error });
          }
          // as MemoryStorage does: what is gone is written again
          await store.write(key, item);
        }
      });
    },
    async delete(keys) {
      await each(keys, (key) => store.delete(key));
    },
  };
}

/** The same in the shape of version 2: each key has its own result, and nothing is thrown for one. */
export function botbotStorageV2(connection: Connection, options?: StoreOptions): StorageV2 {
  const store = new KeyedStore(connection, options);
  return {
    async read(keys) {
      given(keys?.length, "keys");
      const found = await readMany<Record<string, unknown>>(store, keys);
      return results(keys, async (key) => {
        const item = found.get(key);
        return item
          ? { key, status: "succeeded", value: item.value, version: item.tag }
          : { key, status: "notFound" };
      });
    },
    write: (changes, { ttl, mode, expectedVersion } = {}) =>
      results(Object.keys(changes), async (key) => {
        const ifMatch = expectedVersion ?? (mode === "replace" ? "*" : undefined);
        const condition = { ifMatch, ifNoneMatch: mode === "createOnly" ? "*" : undefined };
        // none at all is over at once, not endless
        const ttlMs = ttl === undefined ? undefined : Math.max(1, ttl * 1000);
        const version = await store.write(key, changes[key], ttlMs, condition);
        return { key, status: "succeeded", version };
      }),
    delete: (keys, { expectedVersion } = {}) =>
      results(keys, async (key) => {
        const was = await store.delete(key, { ifMatch: expectedVersion });
        return { key, status: was ? "succeeded" : "notFound" };
      }),
  };
}

async function results(keys: string[], work: (key: string) => Promise<Result>) {
  const all: Record<string, Result> = {};
  await each(keys, async (key) => {
    try {
      all[key] = await work(key);
    } catch (error) {
      if (!(error instanceof PreconditionFailedError)) {
        throw error;
      }
      const status = error.currentTag === undefined ? "conditionNotMet" : "conflict";
      all[key] = { key, status, ...(error.currentTag && { version: error.currentTag }) };
    }
  });
  return all;
}

async function each<T>(items: T[], work: (item: T) => Promise<unknown>): Promise<void> {
  await Promise.all(items.map(work));
}

function given(count: number | undefined, what: string): void {
  if (!count) {
    throw new ReferenceError(`Storage: ${what} are required.`);
  }
}
