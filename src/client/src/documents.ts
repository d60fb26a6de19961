import { segment } from "./ids.js";
import { batch, found, pages, removed } from "./resources.js";
import { conditional, type Transport } from "./transport.js";
import type { CallOptions, ListOptions, WriteOptions } from "./types.js";

/** A kept version of a document. */
export type Version<D> = D & { deleted?: boolean };

/** Documents whose every version is kept: agents' configurations, settings. */
export class Documents<D extends { version: number }, B extends object> {
  constructor(
    readonly transport: Transport,
    private readonly base: string,
    private readonly suffix: string,
    private readonly ids: string,
  ) {}

  /** The document, or undefined where there is none. */
  async get(key: string, options?: CallOptions): Promise<D | undefined> {
    return found(this.transport.body<D>({ method: "GET", path: this.#path(key) }, options));
  }

  /** Those of them that exist, in the order asked; any number of keys. */
  getMany(keys: string[], options?: CallOptions): Promise<D[]> {
    return batch(this.transport, `${this.base}/batch-get`, this.ids, keys, options);
  }

  /** All of them, or those whose key begins with `prefix`. */
  list(options: ListOptions & { prefix?: string } = {}): AsyncGenerator<D, void, undefined> {
    return pages(this.transport, this.base, { prefix: options.prefix }, options);
  }

  /** Writes a new version. Each is kept, so this is never repeated once sent. Role admin. */
  async put(key: string, body: B, options?: WriteOptions): Promise<D> {
    const call = { method: "PUT", path: this.#path(key), body, once: true };
    return this.transport.body(conditional(call, options), options);
  }

  /** Deletes it; its history is kept. Answers whether there was one. Role admin. */
  async delete(key: string, options?: WriteOptions): Promise<boolean> {
    const call = { method: "DELETE", path: this.#path(key) };
    return removed(this.transport, conditional(call, options), options);
  }

  /** Its versions, newest first. Role admin. */
  versions(key: string, options?: ListOptions): AsyncGenerator<Version<D>, void, undefined> {
    return pages(this.transport, `${this.#path(key)}/versions`, {}, options);
  }

  /** Makes a new version with the content of an old one. Role admin. */
  async rollback(key: string, version: number, options?: WriteOptions): Promise<D> {
    const path = `${this.#path(key)}/rollback`;
    const call = { method: "POST", path, body: { version }, once: true };
    return this.transport.body(conditional(call, options), options);
  }

  #path(key: string): string {
    return `${this.base}/${segment(key)}${this.suffix}`;
  }
}
