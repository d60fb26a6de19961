import { type Change, changes, isRefused } from "./changes.js";
import type { Documents } from "./documents.js";
import { BotBotError } from "./errors.js";
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

/** `live`: right within two seconds. `stale`: what was known last. */
export type MirrorState = "starting" | "live" | "stale";

interface Entry {
  value: Json;
  version: number;
}

/** All settings in this process: read without a call, kept right by the stream of changes. */
export class SettingsMirror {
  /** Whether it is up to date. */
  state: MirrorState = "starting";
  #entries = new Map<string, Entry>();
  readonly #end = new AbortController();
  #ready: Promise<void> | undefined;

  constructor(
    private readonly settings: Documents<Setting, SettingBody>,
    private readonly options: MirrorOptions = {},
  ) {
    for (const [key, value] of Object.entries(options.bootstrap ?? {})) {
      this.#entries.set(key, { value, version: 0 });
    }
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
    try {
      const text = (await this.options.copy?.load()) ?? "[]";
      for (const [key, entry] of JSON.parse(text) as [string, Entry][]) {
        this.#entries.set(key, entry);
      }
    } catch (error) {
      this.#failed(error);
    }
    await new Promise<void>((resolve, reject) => {
      // it ends when this is closed, be it before it begins
      void this.#follow(resolve, reject).then(resolve);
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
    } else if (isRefused(error)) {
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
    const query = { pageSize: 200, prefix: this.options.prefix, signal: this.#end.signal };
    for await (const { key, value, version } of this.settings.list(query)) {
      read.set(key, { value: value as Json, version });
    }
    const keys = new Set([...this.keys(), ...read.keys()]);
    const changed = [...keys].filter((key) => this.version(key) !== read.get(key)?.version);
    this.#entries = read;
    await this.#changed(changed);
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
    if (now) {
      this.#entries.set(key, { value: now.value as Json, version: now.version });
    } else {
      this.#entries.delete(key);
    }
    await this.#changed([key]);
  }

  // another instance may answer, which hears of a change up to a second later
  async #readAtLeast({ key, version, deleted }: Change): Promise<Setting | undefined> {
    const { signal } = this.#end;
    for (let reads = 0; ; reads++) {
      const now = await this.settings.get(key, { signal });
      // what is not there after a second was deleted since
      if (now ? now.version >= version + (deleted ? 1 : 0) : deleted || reads >= 10) {
        return now;
      }
      if (reads >= 10) {
        throw new BotBotError(`${key} is read as it was before version ${version}.`);
      }
      await delay(150, signal);
    }
  }

  async #changed(keys: string[]): Promise<void> {
    if (keys.length === 0) {
      return;
    }
    void this.#tell(() => this.options.onChange?.(keys));
    const text = JSON.stringify([...this.#entries]);
    await this.#tell(() => this.options.copy?.save(text));
  }

  #become(state: MirrorState): void {
    if (this.state !== state) {
      this.state = state;
      void this.#tell(() => this.options.onState?.(state));
    }
  }

  #failed(error: unknown): void {
    if (!this.#end.signal.aborted) {
      void this.#tell(() => this.options.onError?.(error), () => undefined);
    }
  }

  // whatever a function of the user's throws, the mirror goes on
  async #tell(
    call: () => unknown,
    failed = (error: unknown) => this.#failed(error),
  ): Promise<void> {
    try {
      await call();
    } catch (error) {
      failed(error);
    }
  }
}
