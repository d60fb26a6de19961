import { ConflictError } from "./errors.js";
import { checkId, segment } from "./ids.js";
import { Resources, type UpdateOptions } from "./resources.js";
import type {
  CallOptions,
  JsonPatchOperation,
  ListedSession,
  ListOptions,
  MergePatch,
  Session,
  SessionBody,
  WriteOptions,
} from "./types.js";

const BASE = "/v1/sessions";

/** Conversations: `T` is your own type of their data. */
export class Sessions<T extends object> extends Resources<Session<T>> {
  /** Those of them that are alive, in the order asked; any number of ids. */
  async getMany(ids: string[], options?: CallOptions): Promise<Session<T>[]> {
    return this.batch(BASE, "ids", ids, options);
  }

  /**
   * Begins a session. Without an id one is made here, so that a repeated call begins only one.
   *
   * @throws ConflictError if the id is taken
   */
  async create(
    body: SessionBody<T> & { id?: string },
    options?: CallOptions,
  ): Promise<Session<T>> {
    const bounded = this.transport.bound(options);
    const id = checkId(body.id ?? crypto.randomUUID());
    const call = { method: "POST", path: BASE, body: { ...body, id }, once: body.id !== undefined };
    try {
      return await this.transport.body(call, bounded);
    } catch (error) {
      // an earlier attempt began it: nobody else can know this id
      const known = error instanceof ConflictError && !call.once;
      const mine = known && (await this.get(id, bounded));
      if (mine) {
        return mine;
      }
      throw error;
    }
  }

  /** Replaces or begins a session. */
  async put(id: string, body: SessionBody<T>, options?: WriteOptions): Promise<Session<T>> {
    return this.write("PUT", id, body, options);
  }

  /**
   * Changes only what the merge-patch names (RFC 7396), whoever else is writing:
   * `patch(id, { data: { step: 2 } })`; null removes.
   *
   * @throws NotFoundError if there is none
   */
  async patch(
    id: string,
    patch: MergePatch<SessionBody<T>>,
    options?: WriteOptions,
  ): Promise<Session<T>> {
    return this.applied("merge-patch", id, patch, options);
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
    return this.applied("json-patch", id, operations, options);
  }

  /**
   * Appends to an array in the data, so that no turn of a busy chat is lost:
   * `append("chat-7", "turns", [turn])`. At most 100 values at once.
   */
  async append<K extends keyof T & string>(
    id: string,
    field: K,
    values: T[K] extends readonly (infer V)[] ? V[] : unknown extends T[K] ? unknown[] : never,
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
    const { create } = options;
    const write = async (now: Session<T> | undefined, unchanged: WriteOptions) => {
      const data = await change(now?.data as T);
      return this.put(id, { ...(now ?? (create as SessionBody<T>)), data }, unchanged);
    };
    return this.revise(id, write, options, create === undefined);
  }

  /** Extends a session, by another TTL if one is given; answers it. */
  async touch(id: string, ttlSeconds?: number, options?: CallOptions): Promise<Session<T>> {
    const call = { method: "POST", path: `${this.path(id)}/touch`, body: { ttlSeconds } };
    return this.transport.body(call, options);
  }

  /** The user's live sessions, newest first; `data: false` leaves the documents out. */
  list(
    userId: string,
    options: ListOptions & { data?: boolean } = {},
  ): AsyncGenerator<ListedSession<T>, void, undefined> {
    return this.pages(BASE, options, { userId: checkId(userId), data: options.data });
  }

  /** Ends all sessions of a user; answers how many: fewer if a lost answer was asked for again. */
  async deleteAll(userId: string, options?: CallOptions): Promise<number> {
    const call = { method: "DELETE", path: BASE, query: { userId: checkId(userId) } };
    return (await this.transport.body<{ deleted: number }>(call, options)).deleted;
  }

  protected override path(id: string): string {
    return `${BASE}/${segment(id)}`;
  }
}
