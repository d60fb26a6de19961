import { ConflictError } from "./errors.js";
import { segment } from "./ids.js";
import {
  batch,
  found,
  optimistically,
  pages,
  removed,
  Turns,
  type UpdateOptions,
} from "./resources.js";
import { conditional, type Transport } from "./transport.js";
import {
  type CallOptions,
  type JsonPatchOperation,
  type ListedSession,
  type ListOptions,
  type Session,
  type SessionBody,
  tagOf,
  type WriteOptions,
} from "./types.js";

const BASE = "/v1/sessions";

/** Conversations: `T` is your own type of their data. */
export class Sessions<T extends object> {
  readonly #turns = new Turns();

  constructor(readonly transport: Transport) {}

  /** The session, or undefined where there is none, or none any more. */
  get(id: string, options?: CallOptions): Promise<Session<T> | undefined> {
    return found(this.#call("GET", id, undefined, options));
  }

  /** Those of them that are alive, in the order asked; any number of ids. */
  getMany(ids: string[], options?: CallOptions): Promise<Session<T>[]> {
    return batch(this.transport, `${BASE}/batch-get`, "ids", ids, options);
  }

  /**
   * Begins a session. Without an id one is made here, so that a repeated call begins only one.
   *
   * @throws ConflictError if the id is taken
   */
  async create(
    body: SessionBody<T> & { id?: string },
    options: CallOptions = {},
  ): Promise<Session<T>> {
    const id = body.id ?? crypto.randomUUID();
    const call = { method: "POST", path: BASE, body: { ...body, id }, once: body.id !== undefined };
    try {
      return await this.transport.body(call, options);
    } catch (error) {
      // an earlier attempt began it: nobody else can know this id
      const mine =
        body.id === undefined && error instanceof ConflictError
          ? await this.get(id, options)
          : undefined;
      if (mine === undefined) {
        throw error;
      }
      return mine;
    }
  }

  /** Replaces or begins a session. */
  async put(id: string, body: SessionBody<T>, options?: WriteOptions): Promise<Session<T>> {
    return this.#call("PUT", id, body, options);
  }

  /**
   * Changes only what the merge-patch names (RFC 7396), whoever else is writing:
   * `patch(id, { data: { step: 2 } })`; null removes.
   *
   * @throws NotFoundError if there is none
   */
  async patch(id: string, patch: object, options?: WriteOptions): Promise<Session<T>> {
    return this.#call("PATCH", id, patch, options, "application/merge-patch+json");
  }

  /**
   * Applies a JSON Patch (RFC 6902) to the session, all or nothing. Never repeated once sent.
   *
   * @throws ConflictError if a `test` does not hold, InvalidRequestError if one cannot be applied
   */
  async jsonPatch(
    id: string,
    operations: JsonPatchOperation[],
    options?: WriteOptions,
  ): Promise<Session<T>> {
    return this.#call("PATCH", id, operations, options, "application/json-patch+json");
  }

  /**
   * Appends to an array in the data, so that no turn of a busy chat is lost:
   * `append("chat-7", "turns", turn)`. At most 100 values at once.
   */
  async append<K extends keyof T & string>(
    id: string,
    field: K,
    values: T[K] extends readonly (infer V)[] ? V[] : never,
    options?: WriteOptions,
  ): Promise<Session<T>> {
    const path = `/data/${field.replaceAll("~", "~0").replaceAll("/", "~1")}/-`;
    const operations = (values as unknown[]).map((value) => ({ op: "add" as const, path, value }));
    return this.jsonPatch(id, operations, options);
  }

  /**
   * Reads, applies `change`, and writes if nobody else has written since; else begins anew.
   * `change` may run several times, so it does nothing but compute. With `create`, it is given
   * undefined where there is no session, and one is begun with what `create` says.
   *
   * @throws NotFoundError if there is none and no `create`
   * @throws ConnectionError if it broke off when it may have been written
   */
  async update(
    id: string,
    change: (data: T) => T | Promise<T>,
    options?: UpdateOptions & { create?: undefined },
  ): Promise<Session<T>>;
  async update(
    id: string,
    change: (data: T | undefined) => T | Promise<T>,
    options: UpdateOptions & { create: SessionBody<T> },
  ): Promise<Session<T>>;
  async update(
    id: string,
    change: (data: T) => T | Promise<T>,
    options: UpdateOptions & { create?: SessionBody<T> | undefined } = {},
  ): Promise<Session<T>> {
    return this.#turns.take(id, () => optimistically(() => this.#apply(id, change, options), options));
  }

  async #apply(
    id: string,
    change: (data: T) => T | Promise<T>,
    options: UpdateOptions & { create?: SessionBody<T> | undefined },
  ): Promise<Session<T>> {
    const { create } = options;
    const now = await (create ? this.get(id, options) : this.#call("GET", id, undefined, options));
    const data = await change(now?.data as T);
    if (now === undefined) {
      const body = { ...create, data } as SessionBody<T>;
      return this.#call("PUT", id, body, { ...options, ifNoneMatch: "*" });
    }
    return this.#call("PUT", id, { ...now, data }, { ...options, ifMatch: tagOf(now) });
  }

  /** Extends a session, by another TTL if one is given; answers it. */
  async touch(id: string, ttlSeconds?: number, options?: CallOptions): Promise<Session<T>> {
    const body = ttlSeconds === undefined ? {} : { ttlSeconds };
    const call = { method: "POST", path: `${BASE}/${segment(id)}/touch`, body };
    return this.transport.body(call, options);
  }

  /** Ends a session; answers whether there was one. */
  async delete(id: string, options?: WriteOptions): Promise<boolean> {
    const call = { method: "DELETE", path: `${BASE}/${segment(id)}` };
    return removed(this.transport, conditional(call, options), options);
  }

  /** The user's live sessions, newest first; `data: false` leaves the documents out. */
  list(
    userId: string,
    options: ListOptions & { data?: boolean } = {},
  ): AsyncGenerator<ListedSession<T>, void, undefined> {
    return pages(this.transport, BASE, { userId, data: options.data }, options);
  }

  /** Ends all sessions of a user; answers how many. */
  async deleteAll(userId: string, options?: CallOptions): Promise<number> {
    const call = { method: "DELETE", path: BASE, query: { userId } };
    return (await this.transport.body<{ deleted: number }>(call, options)).deleted;
  }

  async #call(
    method: string,
    id: string,
    body?: unknown,
    options?: WriteOptions,
    type?: string,
  ): Promise<Session<T>> {
    const call = {
      method,
      path: `${BASE}/${segment(id)}`,
      body,
      once: type === "application/json-patch+json",
      ...(type === undefined ? {} : { type }),
    };
    return this.transport.body(conditional(call, options), options);
  }
}
