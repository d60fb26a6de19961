import { AbortedError } from "./errors.js";

const FIRST_MS = 500;
const LONGEST_MS = 8_000;

/** The wait before a repetition, 0 the first: half a second doubling to 8 s, with full jitter. */
export function backoff(repetition: number, first = FIRST_MS, longest = LONGEST_MS): number {
  return Math.random() * Math.min(longest, first * 2 ** repetition);
}

// beyond this a timer fires at once
const LONGEST_TIMER = 2 ** 31 - 1;

function timer(action: () => void, ms: number): ReturnType<typeof setTimeout> {
  return setTimeout(action, Math.min(ms, LONGEST_TIMER));
}

/** A signal for what is waited for: aborted as soon as an outer one is, or a wait takes too long. */
export class Patience {
  readonly #controller = new AbortController();
  readonly signal = this.#controller.signal;
  readonly abort = () => this.#controller.abort();

  constructor(private readonly outer: AbortSignal | undefined) {
    outer?.addEventListener("abort", this.abort, { once: true });
  }

  /** Waits for work that heeds the signal. */
  async wait<T>(ms: number, work: Promise<T>): Promise<T> {
    const over = timer(this.abort, ms);
    try {
      return await work;
    } finally {
      clearTimeout(over);
    }
  }

  /** Leaves the outer signal. */
  end(): void {
    this.outer?.removeEventListener("abort", this.abort);
  }
}

/** Waits, and rejects with an `AbortedError` as soon as the signal says so. */
export async function delay(ms: number, signal?: AbortSignal): Promise<void> {
  let over: ReturnType<typeof setTimeout> | undefined;
  const waited = new Promise<void>((resolve) => (over = timer(resolve, ms)));
  await unlessAborted(waited, signal, () => clearTimeout(over));
}

/** What comes of the work, or an `AbortedError` as soon as the signal says so, after `leave`. */
export function unlessAborted<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
  leave?: () => void,
): Promise<T> {
  if (signal === undefined) {
    return work;
  }
  return new Promise((resolve, reject) => {
    const abort = () => {
      leave?.();
      reject(aborted(signal));
    };
    if (signal.aborted) {
      abort();
    }
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** The error of a call that its own signal ended. */
export function aborted(signal: AbortSignal | undefined): AbortedError {
  return new AbortedError("The call was ended by its signal.", { cause: signal?.reason });
}
