import { AbortedError } from "./errors.js";

const FIRST_MS = 500;
const LONGEST_MS = 8_000;

/** The wait before a repetition, 0 the first: half a second doubling to 8 s, with full jitter. */
export function backoff(repetition: number, first = FIRST_MS, longest = LONGEST_MS): number {
  return Math.random() * Math.min(longest, first * 2 ** repetition);
}

/**
 * `Retry-After` in milliseconds, be it seconds or a date. A date counts from the answer's own
 * `Date`, so that a wrong clock here does not matter.
 */
export function retryAfter(headers: Headers): number | undefined {
  const value = headers.get("retry-after");
  if (value === null) {
    return undefined;
  }
  if (/^\d+$/.test(value)) {
    return Number(value) * 1000;
  }
  const wait = Date.parse(value) - Date.parse(headers.get("date") ?? new Date().toUTCString());
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

/** Waits, and rejects with an `AbortedError` as soon as the signal says so. */
export async function delay(ms: number, signal?: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await unlessAborted(over, signal, () => clearTimeout(timer));
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
