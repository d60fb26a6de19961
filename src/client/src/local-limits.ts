import type { RateAnswer, RateCheck } from "./types.js";

/** A limit as an answer of the service tells it. */
interface Limit {
  name: string;
  /** Where no answer has told it: of which kind of check. Others count together for all kinds. */
  kind?: string;
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
  check(check: RateCheck, otherwise?: Omit<Limit, "name" | "kind">): RateAnswer {
    const fallback = otherwise ? [{ name: "local", kind: kindOf(check), ...otherwise }] : [];
    const limits = this.#limits.get(kindOf(check)) ?? fallback;
    const cost = check.cost ?? 1;
    const found = limits.map((limit) => this.#look(check.subject, limit));
    const policies = found.map(({ state }) => state);
    const refused = policies.filter(({ remaining }) => cost > 0 && remaining < cost);
    const allowed = refused.length === 0;
    if (allowed) {
      for (const { count, state } of found) {
        count.now = Math.max(0, count.now + cost);
        state.remaining = Math.max(0, state.remaining - cost);
      }
    }
    const possible = !allowed && refused.every(({ limit }) => cost <= limit);
    const [tightest] = [...policies].sort((one, other) => one.remaining - other.remaining);
    return {
      allowed,
      source: "client",
      policies,
      ...(tightest && {
        limit: tightest.limit,
        remaining: tightest.remaining,
        resetMs: tightest.resetMs,
      }),
      ...(possible && { retryAfterMs: Math.max(...refused.map(({ resetMs }) => resetMs)) }),
    };
  }

  // by the monotonic clock: that of the day may jump
  #look(subject: string, { name, kind, limit, windowMs }: Limit) {
    const key = [name, kind, subject].join("\n");
    const at = performance.now();
    const age = at % windowMs;
    const window = Math.floor(at / windowMs);
    const old = this.#counts.get(key) ?? { window, now: 0, before: 0 };
    const passed = window - old.window;
    const now = passed === 0 ? old.now : 0;
    const before = passed === 0 ? old.before : passed === 1 ? old.now : 0;
    const count = { window, now, before };
    keep(this.#counts, key, count, MOST_COUNTS);
    const remaining = Math.max(0, Math.floor(limit - now - before * (1 - age / windowMs)));
    const resetMs = Math.ceil((before > 0 ? 1 : 2) * windowMs - age);
    return { count, state: { name, windowMs, limit, remaining, resetMs, shadow: false } };
  }
}

function kindOf(check: RateCheck): string {
  return [check.tier, check.endpoint].join("\n");
}

function keep<V>(map: Map<string, V>, key: string, value: V, most: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > most) {
    const [oldest] = map.keys();
    map.delete(oldest as string);
  }
}
