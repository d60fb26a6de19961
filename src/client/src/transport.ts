import { failure, read } from "./answers.js";
import {
  BotBotError,
  ConnectionError,
  RetryableError,
  TimeoutError,
} from "./errors.js";
import { aborted, backoff, delay, Patience } from "./retry.js";
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
  query?: Record<string, string | number | boolean | null | undefined>;
  body?: unknown;
  type?: string;
  headers?: Fields;
  /** Whether doing it twice is another thing than doing it once. */
  once?: boolean;
}

const JSON_TYPE = "application/json";

// what a connection that was never made says, by code and system call in Node and Bun, by message
// in Deno; the code alone may be that of a connection which was made
const NOT_SENT =
  /^(ECONNREFUSED|ConnectionRefused|UND_ERR_CONNECT_TIMEOUT|\w+ (connect|getaddrinfo) )|client error \(Connect\)/;

/** Sends calls, and repeats those that may be. */
export class Transport {
  readonly #base: string;
  readonly #headers: Fields;
  readonly #fetch: typeof fetch;
  readonly #retries: number;
  readonly #totalTimeout: number;
  /** The longest that one attempt may take, in milliseconds. */
  readonly timeout: number;

  constructor(options: TransportOptions) {
    this.timeout = options.timeout ?? 5_000;
    this.#totalTimeout = options.totalTimeout ?? 20_000;
    this.#retries = options.retries ?? 2;
    this.#base = baseOf(options.url);
    // a key with a line end would otherwise fail far away, in fetch
    if (!/^[\x21-\x7e]+$/.test(options.key ?? "")) {
      throw new BotBotError(
        "The API key is empty, or has a blank or a line end: take it as it was shown.",
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

  /** The options of what takes several calls, which share its time. */
  bound<O extends CallOptions>(options?: O): O & { until: number } {
    const time = options?.totalTimeout ?? this.#totalTimeout;
    return { until: performance.now() + time, ...(options as O) };
  }

  /** Makes a call; answers what was told, and its tag. */
  async send<T>(plain: Call, options?: WriteOptions): Promise<Tagged<T>> {
    const { until, signal, timeout = this.timeout, retries = this.#retries } = this.bound(options);
    const { ifMatch, ifNoneMatch } = options ?? {};
    const headers = { "if-match": ifMatch, "if-none-match": ifNoneMatch };
    // a conditional write that is done twice is 412, as if somebody else had written
    const once = plain.once || (ifMatch ?? ifNoneMatch) !== undefined;
    const call = { ...plain, headers, once };
    for (let repetition = 0; ; repetition++) {
      try {
        return await this.#attempt<T>(call, Math.min(timeout, until - performance.now()), signal);
      } catch (error) {
        const wait = waitAfter(error, call, repetition);
        if (wait === undefined || repetition >= retries || performance.now() + wait >= until) {
          throw error;
        }
        await delay(wait, signal);
      }
    }
  }

  /** The body of a successful call. */
  async body<T>(call: Call, options?: WriteOptions): Promise<T> {
    return (await this.send<T>(call, options)).value;
  }

  /** Opens a stream of events; the caller reads it, and ends it by the signal. */
  async open(path: string, headers: Fields, signal: AbortSignal) {
    const call = { method: "GET", path, headers: { ...headers, accept: "text/event-stream" } };
    const response = await this.#request(call, signal);
    const { body } = response;
    if (response.ok && body && response.headers.get("content-type")?.startsWith(call.headers.accept)) {
      return body;
    }
    const what = `GET ${path}`;
    throw failure(response, what, (await read<Problem>(response, what)).value);
  }

  async #attempt<T>(call: Call, timeout: number, signal?: AbortSignal): Promise<Tagged<T>> {
    const what = `${call.method} ${call.path}`;
    const patience = new Patience(signal);
    try {
      signal?.throwIfAborted();
      if (timeout <= 0) {
        throw new TimeoutError(`${what}: its time was over before it was sent.`, false);
      }
      const request = async () => read<T>(await this.#request(call, patience.signal), what);
      return await patience.wait(timeout, request());
    } catch (cause) {
      if (signal?.aborted) {
        throw aborted(signal);
      }
      if (patience.signal.aborted) {
        throw new TimeoutError(`${what}: no answer within ${Math.round(timeout)} ms.`, true);
      }
      throw cause instanceof BotBotError ? cause : unreached(what, this.#base, cause);
    } finally {
      patience.end();
    }
  }

  async #request(call: Call, signal: AbortSignal): Promise<Response> {
    const body = textOf(call.body);
    return this.#fetch(this.#base + call.path + queryOf(call), {
      method: call.method,
      headers: defined({
        ...this.#headers,
        "content-type": body && (call.type ?? JSON_TYPE),
        ...call.headers,
      }),
      redirect: "manual",
      signal,
      ...(body && { body }),
    });
  }
}

function waitAfter(error: unknown, call: Call, repetition: number): number | undefined {
  const passing =
    error instanceof RetryableError
      ? [408, 429, 502, 503, 504].includes(error.status)
      : error instanceof ConnectionError;
  const { maybeApplied, retryAfterMs } = error as Partial<RetryableError>;
  return passing && !(call.once && maybeApplied) ? (retryAfterMs ?? backoff(repetition)) : undefined;
}

/** What `fetch` says of a failure. */
interface Failure extends Error {
  code?: string;
  syscall?: string;
}

function unreached(what: string, base: string, cause: unknown): ConnectionError {
  const failed = cause as Failure & { cause?: Failure };
  const { code, syscall, message } = failed.cause ?? failed;
  const sent = !NOT_SENT.test(`${code} ${syscall} ${message}`);
  const advice = sent ? "the connection broke" : `nothing answers at ${base}: is the URL right?`;
  return new ConnectionError(`${what}: ${advice} (${code ?? message}).`, sent, { cause });
}

function textOf(body: unknown): string | undefined {
  try {
    return JSON.stringify(body);
  } catch (cause) {
    throw new BotBotError("A value with a BigInt or a cycle is no JSON.", { cause });
  }
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

function defined(fields: NonNullable<Call["query"]>) {
  const all = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(all.map(([name, value]) => [name, String(value)]));
}
