import type { RateAnswer, RateCheck } from "./types.js";

/** A limit as an answer of the service tells it. */
interface Limit {
  name: string;
  limit: number;
  windowMs: number;
}

/** The windows of a subject under a limit: this one and the one before. */
interface Count {
  window: number;
  now: number;
  before: number;
}

const MOST_COUNTS = 10_000;
const MOST_KINDS = 1_000;

/**
 * The limits of the service, counted in this process while it is away: two windows, weighed as the
 * service does it. Memory is bounded: of more than 10,000 counters the oldest is forgotten.
 */
export class LocalLimits {
  readonly #limits = new Map<string, Limit[]>();
  readonly #counts = new Map<string, Count>();

  /** Remembers which limits hold for checks of this kind. */
  learn(check: RateCheck, answer: RateAnswer): void {
    const limits = answer.policies.filter((policy) => !policy.shadow);
    keep(this.#limits, kindOf(check), limits, MOST_KINDS);
  }

  /** Counts and decides; `otherwise` is for kinds that no answer has told of. */
  check(check: RateCheck, otherwise?: Omit<Limit, "name">): RateAnswer {
    const fallback = otherwise === undefined ? [] : [{ name: "local", ...otherwise }];
    const limits = this.#limits.get(kindOf(check)) ?? fallback;
    const cost = check.cost ?? 1;
    const found = limits.map((limit) => this.#look(check.subject, limit));
    const states = found.map(({ limit, count, used, age }) => {
      const { name, windowMs } = limit;
      const left = Math.max(0, Math.floor(limit.limit - used));
      const resetMs = Math.ceil((count.before > 0 ? 1 : 2) * windowMs - age);
      return { name, windowMs, limit: limit.limit, remaining: left, resetMs, shadow: false };
    });
    const refused = states.filter((state) => cost > 0 && state.remaining < cost);
    if (refused.length === 0) {
      found.forEach(({ count }, at) => {
        count.now = Math.max(0, count.now + cost);
        const state = states[at];
        if (state !== undefined) {
          state.remaining = Math.max(0, state.remaining - cost);
        }
      });
    }
    const tightest = states.reduce<(typeof states)[number] | undefined>(
      (least, state) => (least && least.remaining <= state.remaining ? least : state),
      undefined,
    );
    const possible = refused.length > 0 && refused.every((state) => cost <= state.limit);
    return {
      allowed: refused.length === 0,
      source: "client",
      policies: states,
      ...(tightest && {
        limit: tightest.limit,
        remaining: tightest.remaining,
        resetMs: tightest.resetMs,
      }),
      ...(possible && { retryAfterMs: Math.max(...refused.map((state) => state.resetMs)) }),
    };
  }

  // by the monotonic clock: that of the day may jump
  #look(subject: string, limit: Limit) {
    const key = `${limit.name}\n${subject}`;
    const at = performance.now();
    const window = Math.floor(at / limit.windowMs);
    const old = this.#counts.get(key);
    const before = old?.window === window ? old.before : old?.window === window - 1 ? old.now : 0;
    const count = { window, now: old?.window === window ? old.now : 0, before };
    keep(this.#counts, key, count, MOST_COUNTS);
    const age = at - window * limit.windowMs;
    return { limit, count, age, used: count.now + before * (1 - age / limit.windowMs) };
  }
}

function kindOf(check: RateCheck): string {
  return `${check.tier ?? ""}\n${check.endpoint ?? ""}`;
}

function keep<V>(map: Map<string, V>, key: string, value: V, most: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > most) {
    for (const oldest of map.keys()) {
      map.delete(oldest);
      break;
    }
  }
}
