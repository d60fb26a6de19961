import {
  AuthenticationError,
  BotBotError,
  ConnectionError,
  GoneError,
  PermissionError,
  TimeoutError,
} from "./errors.js";
import { events } from "./event-stream.js";
import { delay, Patience } from "./retry.js";
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
    const patience = new Patience(signal);
    try {
      const opening = transport.open("/v1/changes", { "last-event-id": last }, patience.signal);
      const body = await patience.wait(Math.min(silence, transport.timeout), opening);
      yield { type: "open" };
      if (last === undefined) {
        yield { type: "reset" };
      }
      for await (const { id, event, data } of events(body, (read) => patience.wait(silence, read))) {
        if (id !== undefined && event !== "heartbeat") {
          last = id;
          yield { type: "change", id, ...JSON.parse(data) };
        }
      }
      yield { type: "lost", error: lost(patience, undefined) };
    } catch (error) {
      if (error instanceof GoneError) {
        last = undefined;
        continue;
      }
      if (signal?.aborted) {
        return;
      }
      if (isRefused(error)) {
        throw error;
      }
      yield { type: "lost", error: lost(patience, error) };
    } finally {
      patience.end();
      patience.abort();
    }
    await delay((0.25 + Math.random() * 0.75) * pause, signal).catch(() => undefined);
  }
}

// why the stream is lost, by name
function lost({ signal }: Patience, cause: unknown): BotBotError {
  const Kind = signal.aborted ? TimeoutError : ConnectionError;
  return cause instanceof BotBotError
    ? cause
    : new Kind("The stream of changes is lost: it is opened again.", false, { cause });
}

/** Whether the key is not admitted, which no repetition mends. */
export function isRefused(error: unknown): boolean {
  return error instanceof AuthenticationError || error instanceof PermissionError;
}
