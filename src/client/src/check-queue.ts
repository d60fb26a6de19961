import { isOutage } from "./errors.js";
import type { Transport } from "./transport.js";
import type { RateAnswer, RateCheck } from "./types.js";

/** With the status that the check would have had alone. */
export type BatchAnswer = RateAnswer & { status: number };

/** A check that waits for its batch. */
interface Waiting {
  check: RateCheck;
  call: object;
  until: number;
  resolve: (answer: BatchAnswer) => void;
  reject: (error: unknown) => void;
}

// the most that the service takes
const MOST = 256;
// where fewer than this wait they travel in one call: more calls would cost more than they save
const FEW = 128;
// the service takes bodies of 256 KiB; each UTF-16 unit is at most three bytes
const MOST_UNITS = 60_000;
const UNDER_WAY = 4;
// where there is none, the end of a turn is a millisecond away
const atEndOfTurn: (action: () => void) => unknown =
  (globalThis as { setImmediate?: (action: () => void) => unknown }).setImmediate ?? setTimeout;

/**
 * Gathers concurrent checks into batch calls: all of one turn of the event loop, and while four
 * calls are under way all that come meanwhile.
 */
export class CheckQueue {
  readonly #transport: Transport;
  readonly #timeout: number;
  #waiting: Waiting[] = [];
  #scheduled = false;
  #underWay = 0;

  constructor(transport: Transport, timeout: number) {
    this.#transport = transport;
    this.#timeout = timeout;
  }

  /** `call`: whose check this is, for `leave`. */
  add(check: RateCheck, call: object): Promise<BatchAnswer> {
    return new Promise((resolve, reject) => {
      const until = performance.now() + this.#timeout;
      this.#waiting.push({ check, call, until, resolve, reject });
      this.#schedule();
    });
  }

  /** Drops the checks of a call that wait still: what has not been sent is not counted either. */
  leave(call: object): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting.call !== call);
  }

  #schedule(): void {
    if (!this.#scheduled) {
      this.#scheduled = true;
      atEndOfTurn(() => this.#flush());
    }
  }

  #flush(): void {
    this.#scheduled = false;
    while (this.#underWay < UNDER_WAY && this.#waiting.length > 0) {
      void this.#send(this.#next());
    }
  }

  // shared among the calls that may begin, so that this process, the service and Redis work at once
  #next(): Waiting[] {
    const share = Math.ceil(this.#waiting.length / (UNDER_WAY - this.#underWay));
    const most = Math.min(MOST, Math.max(FEW, share));
    let units = 0;
    let count = 0;
    for (const { check } of this.#waiting) {
      units += 60 + `${check.subject}${check.tier}${check.endpoint}`.length;
      if (count === most || units > MOST_UNITS) {
        break;
      }
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #send(batch: Waiting[]): Promise<void> {
    this.#underWay++;
    const checks = batch.map(({ check }) => check);
    const call = { method: "POST", path: "/v1/rate-checks/batch", body: { checks }, once: true };
    const options = { timeout: this.#timeout, until: Math.min(...batch.map(({ until }) => until)) };
    try {
      const { results } = await this.#transport.body<{ results: BatchAnswer[] }>(call, options);
      batch.forEach(({ resolve }, at) => resolve(results[at] as BatchAnswer));
    } catch (error) {
      // those that wait would ask in vain, one batch after another
      const failed = isOutage(error) ? [...batch, ...this.#waiting.splice(0)] : batch;
      failed.forEach(({ reject }) => reject(error));
    } finally {
      this.#underWay--;
      this.#schedule();
    }
  }
}
