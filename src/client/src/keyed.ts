import { type BotBot, connect, type Connection } from "./client.js";
import { type Session, type SessionBody, type Tagged, tagOf, type WriteOptions } from "./types.js";

/** How an adapter keeps values as sessions. */
export interface StoreOptions {
  /** What is put before each key; nothing if absent, so keys go through as they are. */
  prefix?: string | undefined;
  /** Whose a value is, for a user's rights: of a key, without the prefix. */
  userId?: ((key: string) => string) | undefined;
  /** How long a value lives after its last access, in seconds; a year if absent. */
  ttlSeconds?: number | undefined;
}

/** What a value that the service cannot hold as it is is wrapped in. */
interface Envelope {
  $value: unknown;
  $until?: number;
}

const YEAR = 365 * 24 * 60 * 60;

/** The longest that the service keeps anything, in seconds. */
export const LONGEST = 10 * YEAR;

/** Any JSON under any key, kept as sessions: what the adapters of stores share. */
export class KeyedStore {
  readonly client: BotBot;
  /** How long a value lives that has no end of its own. */
  readonly ttlSeconds: number;
  readonly #options: StoreOptions;

  constructor(connection: Connection, options: StoreOptions = {}) {
    this.client = connect(connection);
    this.ttlSeconds = options.ttlSeconds ?? YEAR;
    this.#options = options;
  }

  /** The session's id of a key. */
  idOf(key: string): string {
    return (this.#options.prefix ?? "") + key;
  }

  /** The value with its tag, or undefined where there is none, or none any more. */
  async read<T>(key: string): Promise<Tagged<T> | undefined> {
    const session = await this.client.sessions.get(this.idOf(key));
    return session && open<T>(session);
  }

  /** Writes a value: for `ttlMs` from now if given, else with the store's own sliding TTL. */
  async write(
    key: string,
    value: unknown,
    ttlMs?: number,
    condition?: WriteOptions,
  ): Promise<string> {
    const body = { userId: this.#options.userId?.(key) ?? key, ...this.#kept(value, ttlMs) };
    return tagOf(await this.client.sessions.put(this.idOf(key), body, condition));
  }

  /** Deletes a value; answers whether there was one. */
  delete(key: string, condition?: WriteOptions): Promise<boolean> {
    return this.client.sessions.delete(this.idOf(key), condition);
  }

  #kept(value: unknown, ttlMs: number | undefined): Omit<SessionBody, "userId"> {
    if (!ttlMs) {
      return { data: wrap(value), ttlSeconds: this.ttlSeconds };
    }
    // the service counts in seconds: an end between two of them is kept beside the value
    const whole = ttlMs % 1000 === 0;
    return {
      data: whole ? wrap(value) : { $value: value, $until: Date.now() + ttlMs },
      ttlSeconds: Math.min(LONGEST, Math.max(1, Math.ceil(ttlMs / 1000))),
      sliding: false,
    };
  }
}

/** Those values that are there, by key. */
export async function readMany<T>(
  store: KeyedStore,
  keys: readonly string[],
): Promise<Map<string, Tagged<T>>> {
  const ids = new Map(keys.map((key) => [store.idOf(key), key]));
  const values = new Map<string, Tagged<T>>();
  for (const session of await store.client.sessions.getMany([...ids.keys()])) {
    const key = ids.get(session.id);
    const value = open<T>(session);
    if (key !== undefined && value !== undefined) {
      values.set(key, value);
    }
  }
  return values;
}

/** The value of a session that a store wrote, undefined where its time is over. */
export function open<T>(session: Session): Tagged<T> | undefined {
  const data = session.data as Partial<Envelope>;
  const wrapped = "$value" in data;
  if (wrapped && (data.$until ?? Infinity) <= Date.now()) {
    return undefined;
  }
  return { value: (wrapped ? data.$value : data) as T, tag: tagOf(session) };
}

// an object that looks like an envelope is put into one, to come out as it was
function wrap(value: unknown): Record<string, unknown> {
  const object = typeof value === "object" && value !== null && !Array.isArray(value);
  const plain = object && !("$value" in value) && !("toJSON" in value);
  return plain ? (value as Record<string, unknown>) : { $value: value ?? null };
}
