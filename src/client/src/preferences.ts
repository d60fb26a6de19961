import { segment } from "./ids.js";
import { found, optimistically, removed, Turns, type UpdateOptions } from "./resources.js";
import { conditional, type Transport } from "./transport.js";
import {
  type CallOptions,
  type Json,
  type JsonPatchOperation,
  type Preferences as UserPreferences,
  tagOf,
  type WriteOptions,
} from "./types.js";

/** What users have chosen: `P` is your own type of it. */
export class Preferences<P extends object> {
  readonly #turns = new Turns();

  constructor(readonly transport: Transport) {}

  /** The user's preferences, or undefined where there are none. */
  async get(userId: string, options?: CallOptions): Promise<UserPreferences<P> | undefined> {
    return found(this.#call("GET", userId, undefined, options));
  }

  /** Replaces them all. */
  async put(userId: string, preferences: P, options?: WriteOptions): Promise<UserPreferences<P>> {
    return this.#call("PUT", userId, { preferences }, options);
  }

  /** Changes only what is named; null removes. Begins them where there are none. */
  async patch(
    userId: string,
    preferences: { [K in keyof P]?: P[K] | null },
    options?: WriteOptions,
  ): Promise<UserPreferences<P>> {
    return this.#call("PATCH", userId, { preferences }, options, "application/merge-patch+json");
  }

  /** Applies a JSON Patch to the resource, all or nothing. Never repeated once sent. */
  async jsonPatch(
    userId: string,
    operations: JsonPatchOperation[],
    options?: WriteOptions,
  ): Promise<UserPreferences<P>> {
    return this.#call("PATCH", userId, operations, options, "application/json-patch+json");
  }

  /** Reads, applies `change`, writes if nobody else has written since; else begins anew. */
  async update(
    userId: string,
    change: (preferences: P | undefined) => P | Promise<P>,
    options: UpdateOptions = {},
  ): Promise<UserPreferences<P>> {
    const apply = async () => {
      const now = await this.get(userId, options);
      const condition = now === undefined ? { ifNoneMatch: "*" } : { ifMatch: tagOf(now) };
      return this.put(userId, await change(now?.preferences), { ...options, ...condition });
    };
    return this.#turns.take(userId, () => optimistically(apply, options));
  }

  /** Deletes them all; answers whether there were any. */
  async delete(userId: string, options?: WriteOptions): Promise<boolean> {
    const call = { method: "DELETE", path: pathOf(userId) };
    return removed(this.transport, conditional(call, options), options);
  }

  /** One preference, or undefined where it is not set; null is a value. */
  async getOne<K extends keyof P & string>(
    userId: string,
    key: K,
    options?: CallOptions,
  ): Promise<P[K] | undefined> {
    const call = { method: "GET", path: `${pathOf(userId)}/${segment(key)}` };
    return (await found(this.transport.body<{ value: P[K] }>(call, options)))?.value;
  }

  /** Sets one preference. */
  async putOne<K extends keyof P & string>(
    userId: string,
    key: K,
    value: P[K] & Json,
    options?: WriteOptions,
  ): Promise<void> {
    const call = { method: "PUT", path: `${pathOf(userId)}/${segment(key)}`, body: { value } };
    await this.transport.send(conditional(call, options), options);
  }

  /** Deletes one preference; answers whether it was set. */
  async deleteOne(
    userId: string,
    key: keyof P & string,
    options?: WriteOptions,
  ): Promise<boolean> {
    const call = { method: "DELETE", path: `${pathOf(userId)}/${segment(key)}` };
    return removed(this.transport, conditional(call, options), options);
  }

  async #call(
    method: string,
    userId: string,
    body?: unknown,
    options?: WriteOptions,
    type?: string,
  ): Promise<UserPreferences<P>> {
    const call = {
      method,
      path: pathOf(userId),
      body,
      once: type === "application/json-patch+json",
      ...(type === undefined ? {} : { type }),
    };
    return this.transport.body(conditional(call, options), options);
  }
}

function pathOf(userId: string): string {
  return `/v1/users/${segment(userId)}/preferences`;
}
