import { failure, read } from "./answers.js";
import {
  BotBotError,
  ConnectionError,
  RetryableError,
  TimeoutError,
} from "./errors.js";
import { aborted, backoff, delay } from "./retry.js";
import type { CallOptions, Problem, Tagged, WriteOptions } from "./types.js";
import { VERSION } from "./version.js";

/** How the service is reached. */
export interface TransportOptions {
  /** Where the service is, say `https://state.example`, with no path of the interface. */
  url: string;
  /** The client's API key. */
  key: string;
  /** The space to work in, for keys that may choose. */
  space?: string | undefined;
  /** The longest that one attempt may take; 5,000 ms if absent. */
  timeout?: number | undefined;
  /** The longest that a call may take with its repetitions; 20,000 ms if absent. */
  totalTimeout?: number | undefined;
  /** How often a failed attempt is repeated; 2 if absent. */
  retries?: number | undefined;
  /** Another `fetch`. */
  fetch?: typeof fetch | undefined;
}

/** Header fields; those that are undefined are left out. */
export type Fields = Record<string, string | undefined>;

/** One call. */
export interface Call {
  method: string;
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  type?: string;
  headers?: Fields;
  /** Whether doing it twice is another thing than doing it once. */
  once?: boolean;
}

const JSON_TYPE = "application/json";

// what a connection that was never made says, in Node, Bun and Deno
const NOT_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused)$/;

/** Sends calls, and repeats those that may be. */
export class Transport {
  readonly #base: string;
  readonly #headers: Fields;
  readonly #fetch: typeof fetch;
  readonly #options: TransportOptions;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#base = baseOf(options.url);
    // a key with a line end would otherwise fail far away, in fetch
    if (!/^[\x21-\x7e]+$/.test(options.key ?? "")) {
      throw new BotBotError(
        "The API key is empty, or has a blank or a line end: take it as it was shown, and trim it.",
      );
    }
    this.#headers = {
      authorization: `Bearer ${options.key}`,
      accept: `${JSON_TYPE}, application/problem+json`,
      "user-agent": `botbot-state-js/${VERSION}`,
      "botbot-space": options.space,
    };
    this.#fetch = options.fetch ?? globalThis.fetch.bind(globalThis);
  }

  /** Makes a call; answers what was told, and its tag. */
  async send<T>(call: Call, options: CallOptions = {}): Promise<Tagged<T>> {
    const { signal } = options;
    const attempt = options.timeout ?? this.#options.timeout ?? 5_000;
    const end =
      performance.now() + (options.totalTimeout ?? this.#options.totalTimeout ?? 20_000);
    const retries = options.retries ?? this.#options.retries ?? 2;
    for (let repetition = 0; ; repetition++) {
      try {
        return await this.#attempt<T>(call, Math.min(attempt, end - performance.now()), signal);
      } catch (error) {
        const wait = waitAfter(error, call, repetition);
        if (wait === undefined || repetition >= retries || performance.now() + wait >= end) {
          throw error;
        }
        await delay(wait, signal);
      }
    }
  }

  /** The body of a successful call. */
  async body<T>(call: Call, options?: CallOptions): Promise<T> {
    return (await this.send<T>(call, options)).value;
  }

  /** Opens a stream of events; the caller reads it, and ends it by the signal. */
  async open(path: string, headers: Fields, signal: AbortSignal) {
    const response = await this.#fetch(this.#base + path, {
      headers: defined({ ...this.#headers, ...headers, accept: "text/event-stream" }),
      signal,
      redirect: "manual",
    });
    if (response.ok && response.headers.get("content-type")?.startsWith("text/event-stream")) {
      return response.body;
    }
    const text = await response.text();
    const json = response.headers.get("content-type")?.includes("json") ?? false;
    throw failure(response, `GET ${path}`, json ? (JSON.parse(text) as Problem) : undefined);
  }

  async #attempt<T>(call: Call, timeout: number, signal?: AbortSignal): Promise<Tagged<T>> {
    if (signal?.aborted) {
      throw aborted(signal);
    }
    const what = `${call.method} ${call.path}`;
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    const controller = new AbortController();
    const abort = () => controller.abort();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      abort();
    }, timeout);
    signal?.addEventListener("abort", abort, { once: true });
    try {
      const response = await this.#fetch(this.#base + call.path + queryOf(call), {
        method: call.method,
        headers: defined({
          ...this.#headers,
          "content-type": body && (call.type ?? JSON_TYPE),
          ...call.headers,
        }),
        redirect: "manual",
        signal: controller.signal,
        ...(body && { body }),
      });
      return await read<T>(response, what);
    } catch (cause) {
      if (signal?.aborted) {
        throw aborted(signal);
      }
      if (late) {
        throw new TimeoutError(`${what}: no answer within ${Math.round(timeout)} ms.`, true);
      }
      throw cause instanceof BotBotError ? cause : unreached(what, this.#base, cause);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    }
  }
}

/** A call of a write, with its conditions. A conditional one counts as done once only. */
export function conditional(call: Call, options: WriteOptions = {}): Call {
  const { ifMatch, ifNoneMatch } = options;
  if (ifMatch === undefined && ifNoneMatch === undefined) {
    return call;
  }
  // done twice, the second would be 412, as if somebody else had written
  return { ...call, headers: { "if-match": ifMatch, "if-none-match": ifNoneMatch }, once: true };
}

function waitAfter(error: unknown, call: Call, repetition: number): number | undefined {
  const passing =
    error instanceof RetryableError
      ? [408, 429, 502, 503, 504].includes(error.status)
      : error instanceof ConnectionError;
  const { maybeApplied, retryAfterMs } = error as Partial<RetryableError>;
  return passing && !(call.once && maybeApplied) ? (retryAfterMs ?? backoff(repetition)) : undefined;
}

function unreached(what: string, base: string, cause: unknown): ConnectionError {
  const inner = (cause as { cause?: { code?: string } }).cause ?? (cause as { code?: string });
  const code = String(inner.code ?? (cause as Error).message);
  const sent = !NOT_SENT.test(code);
  const advice = sent ? "the connection broke" : `nothing answers at ${base}: is the URL right?`;
  return new ConnectionError(`${what}: ${advice} (${code}).`, sent, { cause });
}

function baseOf(url: string): string {
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    throw new BotBotError(`${JSON.stringify(url)} is no base URL: give one as https://state.example`);
  }
  return url.replace(/(\/v1)?\/*$/, "");
}

function queryOf(call: Call): string {
  const query = new URLSearchParams(defined(call.query ?? {}));
  return query.size === 0 ? "" : `?${query}`;
}

function defined(fields: Record<string, string | number | boolean | undefined>) {
  const all = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(all.map(([name, value]) => [name, String(value)]));
}
