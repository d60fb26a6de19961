import { CheckQueue } from "./check-queue.js";
import { BotBotError, isOutage, UnavailableError } from "./errors.js";
import { checkId, segment } from "./ids.js";
import { LocalLimits } from "./local-limits.js";
import { Resources } from "./resources.js";
import { delay, unlessAborted } from "./retry.js";
import type { Transport } from "./transport.js";
import type {
  CallOptions,
  ListOptions,
  RateAnswer,
  RateCheck,
  RatePolicy,
  RatePolicyBody,
  WriteOptions,
} from "./types.js";

/** What becomes of a check while the service cannot be asked. */
export interface RateOptions {
  /**
   * `allow` or `deny` all; `local`: count here, against the limits that earlier answers told, or
   * else `localLimit`. Absent: the check rejects.
   */
  onUnavailable?: "allow" | "deny" | "local" | undefined;
  /** The limit for what no answer has told of yet; absent: such checks are allowed. */
  localLimit?: { limit: number; windowMs: number } | undefined;
  /** The longest that a check waits for its turn and the service, in ms; 1,000 if absent. */
  checkTimeout?: number | undefined;
  /** For how long after a failure checks are decided here without asking; 1,000 ms if absent. */
  pauseMs?: number | undefined;
}

/**
 * What a check takes: a signal, and a `localLimit` for this one. Its time is `checkTimeout`, since it
 * travels with others.
 */
export interface CheckOptions extends Pick<CallOptions, "signal">, Pick<RateOptions, "localLimit"> {}

const MOST_COST = 1_000_000;

/** Rate checks, and the policies they are held against. */
export class Rates {
  /** The limits: role admin. */
  readonly policies: RatePolicies;
  readonly #queue: CheckQueue;
  readonly #local = new LocalLimits();
  #awayUntil = 0;

  constructor(
    readonly transport: Transport,
    private readonly options: RateOptions = {},
  ) {
    this.policies = new RatePolicies(transport);
    this.#queue = new CheckQueue(transport, options.checkTimeout ?? 1_000);
  }

  /**
   * Counts a check and answers whether it is admitted. Concurrent ones travel together: a thousand
   * of them are four requests. Never repeated once sent, for it would count twice.
   */
  async check(check: RateCheck, options?: CheckOptions): Promise<RateAnswer> {
    verify(check);
    return this.#ended((call) => this.#ask(check, call), options);
  }

  /** Several checks, answered in their order. */
  async checkMany(checks: RateCheck[], options?: CheckOptions): Promise<RateAnswer[]> {
    checks.forEach(verify);
    return this.#ended((call) => Promise.all(checks.map((check) => this.#ask(check, call))), options);
  }

  /**
   * Checks again until it is admitted. Answers the last denial if it can never pass, or not within
   * `maxWait` milliseconds (60,000 if absent).
   */
  async blockUntilReady(
    check: RateCheck,
    options: CheckOptions & { maxWait?: number } = {},
  ): Promise<RateAnswer> {
    const end = performance.now() + (options.maxWait ?? 60_000);
    for (;;) {
      const answer = await this.check(check, options);
      const wait = answer.retryAfterMs;
      if (answer.allowed || wait === undefined || performance.now() + wait > end) {
        return answer;
      }
      await delay(wait, options.signal);
    }
  }

  /** What a check would find; nothing is counted. */
  async peek(check: Omit<RateCheck, "cost">, options?: CallOptions): Promise<RateAnswer> {
    verify(check);
    const { subject, tier, endpoint } = check;
    const query = { subject, tier, endpoint };
    return this.transport.body({ method: "GET", path: "/v1/rate-checks", query }, options);
  }

  /** Lets the subject's counters start afresh, those of one policy if it is named. */
  async reset(subject: string, policy?: string, options?: CallOptions): Promise<void> {
    const query = { subject: checkId(subject), policy };
    await this.transport.send({ method: "DELETE", path: "/v1/rate-checks", query }, options);
  }

  #ended<T>(ask: (call: CheckOptions) => Promise<T>, options?: CheckOptions): Promise<T> {
    const call = { ...options };
    return unlessAborted(ask(call), call.signal, () => this.#queue.leave(call));
  }

  async #ask(check: RateCheck, call: CheckOptions): Promise<RateAnswer> {
    const { onUnavailable, localLimit, pauseMs = 1_000 } = this.options;
    if (!onUnavailable || performance.now() >= this.#awayUntil) {
      try {
        const answer = await this.#queue.add(check, call);
        if (answer.status !== 503) {
          if (onUnavailable === "local") {
            this.#local.learn(check, answer);
          }
          return answer;
        }
        // Redis is away; the service is there, so the next check is asked for again
      } catch (error) {
        if (!onUnavailable || !isOutage(error)) {
          throw error;
        }
        this.#awayUntil = performance.now() + pauseMs;
      }
    }
    if (!onUnavailable) {
      throw new UnavailableError("Redis is away.", new Response(null, { status: 503 }));
    }
    return onUnavailable === "local"
      ? this.#local.check(check, call.localLimit ?? localLimit)
      : { allowed: onUnavailable === "allow", source: "client", policies: [] };
  }
}

/** The limits that checks are held against. Role admin. */
export class RatePolicies extends Resources<RatePolicy> {
  /** All of them. */
  list(options?: ListOptions): AsyncGenerator<RatePolicy, void, undefined> {
    return this.pages("/v1/rate-policies", options);
  }

  /** Makes or replaces a policy: in force on every instance within a second. */
  async put(name: string, body: RatePolicyBody, options?: WriteOptions): Promise<RatePolicy> {
    return this.write("PUT", name, body, options);
  }

  protected override path(name: string): string {
    return `/v1/rate-policies/${segment(name)}`;
  }
}

// one that is not valid would fail all that travel with it
function verify(check: RateCheck): void {
  const { subject, tier, endpoint, cost } = check;
  [subject, tier ?? subject, endpoint ?? subject].forEach(checkId);
  if (!Number.isInteger(cost ?? 1) || Math.abs(cost ?? 1) > MOST_COST) {
    throw new BotBotError(`The cost of a check is a whole number within ${MOST_COST}.`);
  }
}
