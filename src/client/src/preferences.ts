import { segment } from "./ids.js";
import { found, Resources, type UpdateOptions } from "./resources.js";
import type {
  CallOptions,
  Json,
  JsonPatchOperation,
  MergePatch,
  UserPreferences,
  WriteOptions,
} from "./types.js";

/** What users have chosen: `P` is your own type of it. */
export class Preferences<P extends object> extends Resources<UserPreferences<P>> {
  /** Replaces them all. */
  async put(userId: string, preferences: P, options?: WriteOptions): Promise<UserPreferences<P>> {
    return this.write("PUT", userId, { preferences }, options);
  }

  /** Changes only what is named; null removes. Begins them where there are none. */
  async patch(
    userId: string,
    preferences: MergePatch<P>,
    options?: WriteOptions,
  ): Promise<UserPreferences<P>> {
    return this.applied("merge-patch", userId, { preferences }, options);
  }

  /** Applies a JSON Patch to the resource, all or nothing. Never repeated once sent. */
  async jsonPatch(
    userId: string,
    operations: JsonPatchOperation[],
    options?: WriteOptions,
  ): Promise<UserPreferences<P>> {
    return this.applied("json-patch", userId, operations, options);
  }

  /** Reads, applies `change`, writes if nobody else has written since; else begins anew. */
  async update(
    userId: string,
    change: (preferences: P | undefined) => P | Promise<P>,
    options?: UpdateOptions,
  ): Promise<UserPreferences<P>> {
    const write = async (now: UserPreferences<P> | undefined, unchanged: WriteOptions) =>
      this.put(userId, await change(now?.preferences), unchanged);
    return this.revise(userId, write, options);
  }

  /** One preference, or undefined where it is not set; null is a value. */
  async getOne<K extends keyof P & string>(
    userId: string,
    key: K,
    options?: CallOptions,
  ): Promise<P[K] | undefined> {
    const call = { method: "GET", path: `${this.path(userId)}/${segment(key)}` };
    return (await found(this.transport.body<{ value: P[K] }>(call, options)))?.value;
  }

  /** Sets one preference. */
  async putOne<K extends keyof P & string>(
    userId: string,
    key: K,
    value: P[K] & Json,
    options?: WriteOptions,
  ): Promise<void> {
    const call = { method: "PUT", path: `${this.path(userId)}/${segment(key)}`, body: { value } };
    await this.transport.send(call, options);
  }

  /** Deletes one preference; answers whether it was set. */
  async deleteOne(
    userId: string,
    key: keyof P & string,
    options?: WriteOptions,
  ): Promise<boolean> {
    return this.removed(`${this.path(userId)}/${segment(key)}`, options);
  }

  protected override path(userId: string): string {
    return `/v1/users/${segment(userId)}/preferences`;
  }
}
