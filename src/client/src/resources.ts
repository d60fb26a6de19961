import { NotFoundError, PreconditionFailedError } from "./errors.js";
import { backoff, delay } from "./retry.js";
import type { Call, Transport } from "./transport.js";
import type { CallOptions, ListOptions } from "./types.js";

/** How often `update` begins anew at most. */
export interface UpdateOptions extends CallOptions {
  /** 20 if absent. */
  attempts?: number | undefined;
}

/** Answers undefined where there is nothing. */
export async function found<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof NotFoundError) {
      return undefined;
    }
    throw error;
  }
}

/** Deletes, and answers whether there was something. */
export async function removed(transport: Transport, call: Call, options?: CallOptions) {
  return (await found(transport.send(call, options))) !== undefined;
}

/** Every item of a list, page by page. */
export async function* pages<T>(
  transport: Transport,
  path: string,
  query: NonNullable<Call["query"]>,
  options: ListOptions = {},
): AsyncGenerator<T, void, undefined> {
  let cursor: string | undefined;
  do {
    const call = { method: "GET", path, query: { ...query, limit: options.pageSize, cursor } };
    const page = await transport.body<{ items: T[]; nextCursor?: string }>(call, options);
    yield* page.items;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

/** Asks a batch-get again for what an answer had no room for. */
export async function batch<T>(
  transport: Transport,
  path: string,
  name: string,
  ids: string[],
  options?: CallOptions,
): Promise<T[]> {
  const items: T[] = [];
  for (let left = ids; left.length > 0; ) {
    const body = { [name]: left.slice(0, 100) };
    const rest = left.slice(100);
    const call = { method: "POST", path, body };
    const answer = await transport.body<{ items: T[]; unread?: string[] }>(call, options);
    items.push(...answer.items);
    left = [...(answer.unread ?? []), ...rest];
  }
  return items;
}

/** Applies a change again as long as others come first. */
export async function optimistically<T>(
  apply: () => Promise<T>,
  options: UpdateOptions = {},
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await apply();
    } catch (error) {
      if (!(error instanceof PreconditionFailedError) || attempt >= (options.attempts ?? 20)) {
        throw error;
      }
    }
    await delay(backoff(attempt, 5, 250), options.signal);
  }
}

/** One at a time for each id: those of one process need not compete for the same tag. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  async take<T>(id: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(id) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#last.set(id, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(id) === mine) {
        this.#last.delete(id);
      }
    }
  }
}
