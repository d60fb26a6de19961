import { type Change, changes } from "./changes.js";
import type { Documents } from "./documents.js";
import { AuthenticationError, PermissionError } from "./errors.js";
import { backoff, delay } from "./retry.js";
import type { Json, Setting, SettingBody } from "./types.js";

/** Where the last known copy is kept, a file for one: text in, text out. */
export interface Copy {
  load(): Promise<string | undefined>;
  save(text: string): Promise<void>;
}

/** How settings are mirrored. */
export interface MirrorOptions {
  /** Only settings whose key begins with this. */
  prefix?: string | undefined;
  /** What holds until the service, or a copy, was read for the first time. */
  bootstrap?: Record<string, Json> | undefined;
  /** Where what was read last outlives this process. */
  copy?: Copy | undefined;
  /** A stream that is silent for this long is dead, in milliseconds; 45,000 if absent. */
  silence?: number | undefined;
  /** Told the keys that changed. */
  onChange?: ((keys: string[]) => void) | undefined;
  /** Told whether what is served is up to date, each time that changes. */
  onState?: ((state: MirrorState) => void) | undefined;
  /** Told what went wrong; the mirror goes on. */
  onError?: ((error: unknown) => void) | undefined;
}

/** `live`: right within a second. `stale`: what was known last. */
export type MirrorState = "starting" | "live" | "stale";

interface Entry {
  value: Json;
  version: number;
}

/** All settings in this process: read without a call, kept right by the stream of changes. */
export class SettingsMirror {
  /** Whether it is up to date. */
  state: MirrorState = "starting";
  readonly #entries = new Map<string, Entry>();
  readonly #end = new AbortController();
  #ready: Promise<void> | undefined;

  constructor(
    private readonly settings: Documents<Setting, SettingBody>,
    private readonly options: MirrorOptions = {},
  ) {
    this.#fill(options.bootstrap ?? {});
  }

  /**
   * Begins to mirror. Fulfilled as soon as there is something to serve: what the service says, or
   * while it is away the last known copy or the bootstrap; without these it waits for the service.
   *
   * @throws AuthenticationError or PermissionError if there is nothing to serve and the key will
   *   never do; the mirror has ended then
   */
  start(): Promise<void> {
    this.#ready ??= this.#begin();
    return this.#ready;
  }

  /** The value of a setting, or undefined where it is not set. */
  get<T extends Json = Json>(key: string): T | undefined {
    return this.#entries.get(key)?.value as T | undefined;
  }

  /** Its version; 0 where the value is from the bootstrap, undefined where it is not set. */
  version(key: string): number | undefined {
    return this.#entries.get(key)?.version;
  }

  /** All keys that are set. */
  keys(): string[] {
    return [...this.#entries.keys()];
  }

  /** Ends the mirroring; what is known stays readable. */
  close(): void {
    this.#end.abort();
  }

  async #begin(): Promise<void> {
    const text = await this.options.copy?.load().catch((error) => this.#failed(error));
    if (text !== undefined) {
      this.#restore(text);
    }
    await new Promise<void>((resolve, reject) => {
      void this.#follow(resolve, reject);
      this.#end.signal.addEventListener("abort", () => resolve(), { once: true });
    }).catch((error) => {
      this.close();
      throw error;
    });
  }

  async #follow(served: () => void, refused: (error: unknown) => void): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      try {
        for await (const event of changes(this.settings.transport, {
          signal,
          silence: this.options.silence,
        })) {
          if (event.type === "reset") {
            await this.#persist(() => this.#readAll());
            served();
          } else if (event.type === "change") {
            await this.#persist(() => this.#take(event));
          }
          if (event.type === "lost") {
            this.#lost(event.error, served, refused);
          } else {
            this.#become("live");
          }
        }
      } catch (error) {
        this.#lost(error, served, refused);
        await delay(1_000, signal).catch(() => undefined);
      }
    }
  }

  #lost(error: unknown, served: () => void, refused: (error: unknown) => void): void {
    this.#become("stale");
    this.#failed(error);
    if (this.#entries.size > 0 || this.options.bootstrap !== undefined) {
      served();
    } else if (error instanceof AuthenticationError || error instanceof PermissionError) {
      refused(error);
    }
  }

  // the stream waits meanwhile, so that nothing is missed or told out of order
  async #persist(work: () => Promise<void>): Promise<void> {
    for (let failures = 0; !this.#end.signal.aborted; failures++) {
      try {
        return await work();
      } catch (error) {
        this.#become("stale");
        this.#failed(error);
        if (failures >= 3) {
          throw error;
        }
        await delay(backoff(failures, 250, 1_000), this.#end.signal).catch(() => undefined);
      }
    }
  }

  async #readAll(): Promise<void> {
    const read = new Map<string, Entry>();
    const { prefix } = this.options;
    const query = { pageSize: 200, ...(prefix === undefined ? {} : { prefix }), signal: this.#end.signal };
    for await (const { key, value, version } of this.settings.list(query)) {
      read.set(key, { value: value as Json, version });
    }
    const gone = this.keys().filter((key) => !read.has(key));
    const changed = [...read].filter(([key, entry]) => this.version(key) !== entry.version);
    gone.forEach((key) => this.#entries.delete(key));
    changed.forEach(([key, entry]) => this.#entries.set(key, entry));
    await this.#changed([...gone, ...changed.map(([key]) => key)]);
  }

  async #take(change: Change): Promise<void> {
    const { key, version, kind } = change;
    const known = this.version(key) ?? 0;
    // a deletion has the version that it ends
    const news = version > known || (change.deleted && version === known);
    if (kind !== "setting" || !key.startsWith(this.options.prefix ?? "") || !news) {
      return;
    }
    const now = await this.#readAtLeast(change);
    if (now === undefined) {
      this.#entries.delete(key);
    } else {
      this.#entries.set(key, { value: now.value as Json, version: now.version });
    }
    await this.#changed([key]);
  }

  // another instance may answer, which hears of a change up to a second later
  async #readAtLeast(change: Change): Promise<Setting | undefined> {
    for (let reads = 0; ; reads++) {
      const now = await this.settings.get(change.key, { signal: this.#end.signal });
      const least = change.version + (change.deleted ? 1 : 0);
      const early = now === undefined ? !change.deleted : now.version < least;
      if (!early || reads >= 10) {
        return now;
      }
      await delay(150, this.#end.signal);
    }
  }

  async #changed(keys: string[]): Promise<void> {
    if (keys.length === 0) {
      return;
    }
    this.options.onChange?.(keys);
    const text = JSON.stringify([...this.#entries]);
    await this.options.copy?.save(text).catch((error) => this.#failed(error));
  }

  #restore(text: string): void {
    try {
      for (const [key, entry] of JSON.parse(text) as [string, Entry][]) {
        this.#entries.set(key, entry);
      }
    } catch (error) {
      this.#failed(error);
    }
  }

  #fill(values: Record<string, Json>): void {
    for (const [key, value] of Object.entries(values)) {
      this.#entries.set(key, { value, version: 0 });
    }
  }

  #become(state: MirrorState): void {
    if (this.state !== state) {
      this.state = state;
      this.options.onState?.(state);
    }
  }

  #failed(error: unknown): undefined {
    if (error !== undefined && !this.#end.signal.aborted) {
      this.options.onError?.(error);
    }
  }
}
