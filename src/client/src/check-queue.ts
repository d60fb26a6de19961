import type { Transport } from "./transport.js";
import type { RateAnswer, RateCheck } from "./types.js";

/** With the status that the check would have had alone. */
export type BatchAnswer = RateAnswer & { status: number };

/** A check that waits for its batch. */
interface Waiting {
  check: RateCheck;
  call: object;
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
      this.#waiting.push({ check, call, resolve, reject });
      this.#schedule();
    });
  }

  /** Drops the checks of a call that wait still: what has not been sent is not counted either. */
  leave(call: object): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting.call !== call);
  }

  #schedule(): void {
    if (!this.#scheduled && this.#underWay < UNDER_WAY && this.#waiting.length > 0) {
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
      units += 60 + check.subject.length + (check.tier ?? "").length + (check.endpoint ?? "").length;
      if (count === most || units > MOST_UNITS) {
        break;
      }
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #send(batch: Waiting[]): Promise<void> {
    this.#underWay++;
    const checks = batch.map((waiting) => waiting.check);
    const call = { method: "POST", path: "/v1/rate-checks/batch", body: { checks }, once: true };
    const options = { timeout: this.#timeout, totalTimeout: this.#timeout };
    try {
      const { results } = await this.#transport.body<{ results: BatchAnswer[] }>(call, options);
      batch.forEach((waiting, at) => waiting.resolve(results[at] as BatchAnswer));
    } catch (error) {
      batch.forEach((waiting) => waiting.reject(error));
    } finally {
      this.#underWay--;
      this.#schedule();
    }
  }
}
