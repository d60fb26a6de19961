import { NotFoundError, PreconditionFailedError } from "./errors.js";
import { checkId } from "./ids.js";
import { backoff, delay, unlessAborted } from "./retry.js";
import { type Call, conditional, type Transport } from "./transport.js";
import type { CallOptions, ListOptions, Tagged, WriteOptions } from "./types.js";

/** How often `update` begins anew at most. */
export interface UpdateOptions extends CallOptions {
  /** 20 if absent. */
  attempts?: number | undefined;
}

/** Resources of one kind, by their ids: what all kinds have in common. */
export abstract class Resources<R> {
  /** The door to the service. */
  readonly transport: Transport;
  readonly #turns = new Turns();

  constructor(transport: Transport) {
    this.transport = transport;
  }

  protected abstract path(id: string): string;

  /** The resource, or undefined where there is none, or none any more. */
  async get(id: string, options?: CallOptions): Promise<R | undefined> {
    return (await this.getWithTag(id, options))?.value;
  }

  /** The resource with its entity tag, for a write with `ifMatch`. */
  getWithTag(id: string, options?: CallOptions): Promise<Tagged<R> | undefined> {
    return found(this.#read(id, options));
  }

  /** Deletes it; answers whether there was one. */
  async delete(id: string, options?: WriteOptions): Promise<boolean> {
    return removed(this.transport, this.path(id), options);
  }

  protected async write(
    method: string,
    id: string,
    body: unknown,
    options?: WriteOptions,
    more?: Partial<Call>,
  ): Promise<R> {
    const call = { method, path: this.path(id), body, ...more };
    return this.transport.body(conditional(call, options), options);
  }

  protected applied(
    kind: "merge-patch" | "json-patch",
    id: string,
    patch: object,
    options?: WriteOptions,
  ): Promise<R> {
    const type = `application/${kind}+json`;
    return this.write("PATCH", id, patch, options, { type, once: kind === "json-patch" });
  }

  /** Reads, and has `write` write if nobody else has since; else begins anew. */
  protected revise(
    id: string,
    write: (now: R | undefined, unchanged: WriteOptions) => Promise<R>,
    options: UpdateOptions = {},
    mustBe = false,
  ): Promise<R> {
    const apply = async () => {
      const reading = this.#read(id, options);
      const now = await (mustBe ? reading : found(reading));
      const unchanged = now ? { ifMatch: now.tag } : { ifNoneMatch: "*" };
      return write(now?.value, { ...options, ...unchanged });
    };
    return this.#turns.take(id, () => optimistically(apply, options), options.signal);
  }

  async #read(id: string, options?: CallOptions): Promise<Tagged<R>> {
    return this.transport.send({ method: "GET", path: this.path(id) }, options);
  }
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

/** Deletes what has that path, and answers whether there was something. */
export async function removed(transport: Transport, path: string, options?: WriteOptions) {
  const call = conditional({ method: "DELETE", path }, options);
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
  for (let left = ids.map(checkId); left.length > 0; ) {
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
async function optimistically<T>(apply: () => Promise<T>, options: UpdateOptions): Promise<T> {
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
class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  take<T>(id: string, work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const before = this.#last.get(id) ?? Promise.resolve();
    const mine = before.then(work, work).finally(() => {
      if (this.#last.get(id) === mine) {
        this.#last.delete(id);
      }
    });
    this.#last.set(id, mine);
    return unlessAborted(mine, signal);
  }
}
