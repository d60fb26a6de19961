import { NotFoundError, PreconditionFailedError } from "./errors.js";
import { checkId } from "./ids.js";
import { backoff, delay, unlessAborted } from "./retry.js";
import type { Call, Transport } from "./transport.js";
import type { CallOptions, ListOptions, Tagged, WriteOptions } from "./types.js";

/** How often `update` begins anew at most. */
export interface UpdateOptions extends CallOptions {
  /** 20 if absent. */
  attempts?: number | undefined;
}

/** What calls the service. */
export abstract class Caller {
  /** `transport`: the door to the service. */
  constructor(readonly transport: Transport) {}

  /** Deletes what has that path; answers whether there was something. */
  protected async removed(path: string, options?: WriteOptions): Promise<boolean> {
    return (await found(this.transport.send({ method: "DELETE", path }, options))) !== undefined;
  }

  /** Every item of a list, page by page. */
  protected async *pages<T>(
    path: string,
    options: ListOptions = {},
    query?: Call["query"],
  ): AsyncGenerator<T, void, undefined> {
    let cursor: string | undefined;
    do {
      const call = { method: "GET", path, query: { ...query, limit: options.pageSize, cursor } };
      const page = await this.transport.body<{ items: T[]; nextCursor?: string }>(call, options);
      yield* page.items;
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  }

  /** Asks a batch-get again for what an answer had no room for. */
  protected async batch<T>(
    base: string,
    name: string,
    ids: string[],
    options?: CallOptions,
  ): Promise<T[]> {
    const bounded = this.transport.bound(options);
    const items: T[] = [];
    for (let left = ids.map(checkId); left.length > 0; ) {
      const body = { [name]: left.slice(0, 100) };
      const call = { method: "POST", path: `${base}/batch-get`, body };
      const answer = await this.transport.body<{ items: T[]; unread?: string[] }>(call, bounded);
      items.push(...answer.items);
      left = [...(answer.unread ?? []), ...left.slice(100)];
    }
    return items;
  }
}

/** Resources of one kind, by their ids: what all kinds have in common. */
export abstract class Resources<R> extends Caller {
  readonly #turns = new Turns();

  protected abstract path(id: string): string;

  /** The resource, or undefined where there is none, or none any more. */
  async get(id: string, options?: CallOptions): Promise<R | undefined> {
    return (await this.getWithTag(id, options))?.value;
  }

  /** The resource with its entity tag, for a write with `ifMatch`. */
  getWithTag(id: string, options?: CallOptions): Promise<Tagged<R> | undefined> {
    return found(this.#read(id, options));
  }

  /**
   * Deletes it; answers whether there was one. False too where the answer to a first attempt was
   * lost: the repetition found nothing any more.
   */
  async delete(id: string, options?: WriteOptions): Promise<boolean> {
    return this.removed(this.path(id), options);
  }

  protected async write(
    method: string,
    id: string,
    body: unknown,
    options?: WriteOptions,
    more?: Partial<Call>,
  ): Promise<R> {
    const call = { method, path: this.path(id), body, ...more };
    return this.transport.body(call, options);
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
    const bounded = this.transport.bound(options);
    const apply = async () => {
      for (let attempt = 1; ; attempt++) {
        try {
          const reading = this.#read(id, bounded);
          const now = await (mustBe ? reading : found(reading));
          const unchanged = now ? { ifMatch: now.tag } : { ifNoneMatch: "*" };
          return await write(now?.value, { ...bounded, ...unchanged });
        } catch (error) {
          const raced = error instanceof PreconditionFailedError;
          if (!raced || attempt >= (options.attempts ?? 20)) {
            throw error;
          }
        }
        await delay(backoff(attempt, 5, 250), options.signal);
      }
    };
    return this.#turns.take(id, apply, options.signal);
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
