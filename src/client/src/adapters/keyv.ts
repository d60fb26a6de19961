/**
 * Storage of Keyv 6, and of all that is built on it.
 *
 * @packageDocumentation
 */
import type { Connection } from "../client.js";
import { KeyedStore, open, readMany } from "../keyed.js";
import type { Session } from "../types.js";

/** What Keyv gives to `setMany`. */
export interface Entry {
  key: string;
  value: unknown;
  expires?: number | undefined;
}

/**
 * `new Keyv({ store: new BotBotKeyv({ url, key }) })`. A value without a TTL lives for a year after
 * its last use. All of a namespace belong to one user, `keyv:` and its name, so that `clear` and
 * `iterator` find them.
 */
export class BotBotKeyv {
  /** Set by Keyv. */
  namespace: string | undefined;
  /** Tells Keyv that `set` takes the instant of the end. */
  readonly capabilities = { expires: true };
  /** Options, as Keyv's other stores have them. */
  readonly opts: Record<string, unknown> = {};
  readonly #store: KeyedStore;

  constructor(connection: Connection) {
    this.#store = new KeyedStore(connection, { userId: () => this.#owner });
  }

  async get<T>(key: string): Promise<T | undefined> {
    return (await this.#store.read<T>(this.#key(key)))?.value;
  }

  async getMany<T>(keys: string[]): Promise<(T | undefined)[]> {
    const found = await readMany<T>(
      this.#store,
      keys.map((key) => this.#key(key)),
    );
    return keys.map((key) => found.get(this.#key(key))?.value);
  }

  async set(key: string, value: unknown, expires?: number): Promise<boolean> {
    const left = expires === undefined ? undefined : expires - Date.now();
    if (left !== undefined && left <= 0) {
      await this.delete(key);
    } else {
      await this.#store.write(this.#key(key), value, left);
    }
    return true;
  }

  setMany(entries: Entry[]): Promise<boolean[]> {
    return Promise.all(entries.map(({ key, value, expires }) => this.set(key, value, expires)));
  }

  delete(key: string): Promise<boolean> {
    return this.#store.delete(this.#key(key));
  }

  deleteMany(keys: string[]): Promise<boolean[]> {
    return Promise.all(keys.map((key) => this.delete(key)));
  }

  async has(key: string): Promise<boolean> {
    return (await this.get(key)) !== undefined;
  }

  async hasMany(keys: string[]): Promise<boolean[]> {
    return (await this.getMany(keys)).map((value) => value !== undefined);
  }

  async clear(): Promise<void> {
    await this.#store.client.sessions.deleteAll(this.#owner);
  }

  async *iterator<T>(): AsyncGenerator<[string, T], void> {
    for await (const session of this.#store.client.sessions.list(this.#owner)) {
      const found = open<T>(session as Session);
      if (found !== undefined) {
        yield [session.id.slice(this.#key("").length), found.value];
      }
    }
  }

  /** Keyv listens for `error`, but nothing is emitted: what fails rejects. */
  on(): this {
    return this;
  }

  get #owner(): string {
    return `keyv:${this.namespace ?? ""}`;
  }

  #key(key: string): string {
    return this.namespace === undefined ? key : `${this.namespace}:${key}`;
  }
}
