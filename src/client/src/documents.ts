import { segment } from "./ids.js";
import { Resources, type UpdateOptions } from "./resources.js";
import type { Transport } from "./transport.js";
import type { CallOptions, ListOptions, WriteOptions } from "./types.js";

/** A kept version of a document. */
export type Version<D> = D & { deleted?: boolean };

/** Documents whose every version is kept: agents' configurations, settings. */
export class Documents<D extends { version: number }, B extends object> extends Resources<D> {
  readonly #base: string;
  readonly #suffix: string;
  readonly #ids: string;

  constructor(transport: Transport, base: string, suffix: string, ids: string) {
    super(transport);
    this.#base = base;
    this.#suffix = suffix;
    this.#ids = ids;
  }

  /** Those of them that exist, in the order asked; any number of keys. */
  async getMany(keys: string[], options?: CallOptions): Promise<D[]> {
    return this.batch(this.#base, this.#ids, keys, options);
  }

  /** All of them, or those whose key begins with `prefix`. */
  list(options: ListOptions & { prefix?: string | undefined } = {}): AsyncGenerator<D, void, undefined> {
    return this.pages(this.#base, options, { prefix: options.prefix });
  }

  /** Writes a new version. Each is kept, so this is never repeated once sent. Role admin. */
  async put(key: string, body: B, options?: WriteOptions): Promise<D> {
    return this.write("PUT", key, body, options, { once: true });
  }

  /**
   * Reads, applies `change`, and writes a new version if nobody else has written since; else begins
   * anew. `change` is given undefined where there is none, and does nothing but compute. Role admin.
   */
  async update(
    key: string,
    change: (document: D | undefined) => B | Promise<B>,
    options?: UpdateOptions,
  ): Promise<D> {
    const write = async (now: D | undefined, unchanged: WriteOptions) =>
      this.put(key, await change(now), unchanged);
    return this.revise(key, write, options);
  }

  /** Its versions, newest first. Role admin. */
  versions(key: string, options?: ListOptions): AsyncGenerator<Version<D>, void, undefined> {
    return this.pages(`${this.path(key)}/versions`, options);
  }

  /** Makes a new version with the content of an old one. Role admin. */
  async rollback(key: string, version: number, options?: WriteOptions): Promise<D> {
    const path = `${this.path(key)}/rollback`;
    return this.write("POST", key, { version }, options, { path, once: true });
  }

  protected override path(key: string): string {
    return `${this.#base}/${segment(key)}${this.#suffix}`;
  }
}
