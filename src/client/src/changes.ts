import {
  AuthenticationError,
  BotBotError,
  ConnectionError,
  GoneError,
  PermissionError,
  TimeoutError,
} from "./errors.js";
import { events } from "./event-stream.js";
import { delay } from "./retry.js";
import type { Transport } from "./transport.js";

/** A change of an agent, a setting or a rate policy. */
export interface Change {
  type: "change";
  /** The revision, for `since`. */
  id: string;
  kind: "agent" | "setting" | "rate-policy";
  key: string;
  version: number;
  deleted: boolean;
}

/**
 * What a listener is told. `open`: connected. `reset`: what was missed cannot be told, so read
 * everything anew. `lost`: the connection is gone, and will be made again.
 */
export type ChangeEvent =
  | { type: "open" }
  | { type: "reset" }
  | { type: "lost"; error: BotBotError }
  | Change;

/** How changes are listened to. */
export interface ChangeOptions {
  /** Ends the listening. */
  signal?: AbortSignal | undefined;
  /** The revision after which to begin; absent: now, which begins with a `reset`. */
  since?: string | undefined;
  /** A stream that is silent for this long is dead, in milliseconds; 45,000 if absent. */
  silence?: number | undefined;
  /** The longest pause before the connection is made again; 1,000 ms if absent. */
  pause?: number | undefined;
}

/**
 * Listens for changes until the signal ends it, whatever happens to connections.
 *
 * @throws AuthenticationError, PermissionError if the key is not admitted
 */
export async function* changes(
  transport: Transport,
  options: ChangeOptions = {},
): AsyncGenerator<ChangeEvent, void, undefined> {
  const { signal, silence = 45_000, pause = 1_000 } = options;
  let last = options.since;
  while (!signal?.aborted) {
    const watch = new Watch(silence, signal);
    try {
      const body = await transport.open("/v1/changes", { "last-event-id": last }, watch.signal);
      yield { type: "open" };
      if (last === undefined) {
        yield { type: "reset" };
      }
      if (body !== null) {
        watch.heard();
        for await (const event of events(body)) {
          watch.heard();
          if (event.id !== undefined && event.event !== "heartbeat") {
            last = event.id;
            yield { type: "change", id: event.id, ...JSON.parse(event.data) };
            watch.heard(); // the silence of whoever takes the events is not the stream's
          }
        }
      }
      yield { type: "lost", error: watch.lost(undefined) };
    } catch (error) {
      if (error instanceof GoneError) {
        last = undefined;
        continue;
      }
      if (signal?.aborted) {
        return;
      }
      if (error instanceof AuthenticationError || error instanceof PermissionError) {
        throw error;
      }
      yield { type: "lost", error: watch.lost(error) };
    } finally {
      watch.end();
    }
    await delay((0.25 + Math.random() * 0.75) * pause, signal).catch(() => undefined);
  }
}

/** Cuts a connection of which nothing is heard. */
class Watch {
  readonly #controller = new AbortController();
  readonly #abort = () => this.#controller.abort();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly silence: number,
    private readonly outer: AbortSignal | undefined,
  ) {
    outer?.addEventListener("abort", this.#abort, { once: true });
    this.heard();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  heard(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#abort, this.silence);
  }

  /** Why the stream is lost, by name. */
  lost(cause: unknown): BotBotError {
    const Kind = this.signal.aborted ? TimeoutError : ConnectionError;
    const why = this.signal.aborted ? "is silent" : "broke off";
    return cause instanceof BotBotError
      ? cause
      : new Kind(`The stream of changes ${why}: it is opened again.`, false, { cause });
  }

  end(): void {
    clearTimeout(this.#timer);
    this.outer?.removeEventListener("abort", this.#abort);
    this.#abort();
  }
}
