import { PreconditionFailedError } from "./errors.js";
import { segment } from "./ids.js";
import { found, Caller } from "./resources.js";
import type { CallOptions, ListOptions, ScratchItem, Tagged, WriteOptions } from "./types.js";

/** How long a value is kept. */
export interface ScratchOptions extends WriteOptions {
  /** 1 to 604,800; 300 if absent. */
  ttlSeconds?: number | undefined;
}

/** Temporary data: any JSON, for seconds to days. */
export class Scratch extends Caller {
  /** The value, or undefined where there is none. */
  async get<T>(namespace: string, key: string, options?: CallOptions): Promise<T | undefined> {
    return (await this.getWithTag<T>(namespace, key, options))?.value;
  }

  /** The value with its entity tag, for a write with `ifMatch`. */
  async getWithTag<T>(
    namespace: string,
    key: string,
    options?: CallOptions,
  ): Promise<Tagged<T> | undefined> {
    const call = { method: "GET", path: pathOf(namespace, key) };
    return found(this.transport.send<T>(call, options));
  }

  /** Sets a value. */
  async put(
    namespace: string,
    key: string,
    value: unknown,
    options: ScratchOptions = {},
  ): Promise<void> {
    const query = { ttlSeconds: options.ttlSeconds };
    const call = { method: "PUT", path: pathOf(namespace, key), query, body: value };
    await this.transport.send(call, options);
  }

  /** Sets a value where there is none; answers whether it did. */
  async putIfAbsent(
    namespace: string,
    key: string,
    value: unknown,
    options: ScratchOptions = {},
  ): Promise<boolean> {
    try {
      await this.put(namespace, key, value, { ...options, ifNoneMatch: "*" });
      return true;
    } catch (error) {
      if (error instanceof PreconditionFailedError) {
        return false;
      }
      throw error;
    }
  }

  /** Takes a value away: of any number of callers exactly one gets it, the others undefined. */
  async take<T>(namespace: string, key: string, options?: CallOptions): Promise<T | undefined> {
    const call = { method: "POST", path: `${pathOf(namespace, key)}/take`, once: true };
    return found(this.transport.body<T>(call, options));
  }

  /** Deletes a value; answers whether there was one. */
  async delete(namespace: string, key: string, options?: WriteOptions): Promise<boolean> {
    return this.removed(pathOf(namespace, key), options);
  }

  /** Which keys have a value, and until when. */
  list(namespace: string, options?: ListOptions): AsyncGenerator<ScratchItem, void, undefined> {
    return this.pages(`/v1/scratch/${segment(namespace)}`, options);
  }
}

function pathOf(namespace: string, key: string): string {
  return `/v1/scratch/${segment(namespace)}/${segment(key)}`;
}
