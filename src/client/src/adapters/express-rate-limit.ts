/**
 * Store of express-rate-limit, and of hono-rate-limiter.
 *
 * @packageDocumentation
 */
import { connect, type Connection } from "../client.js";
import { isOutage, PreconditionFailedError } from "../errors.js";
import { type RateAnswer, tagOf } from "../types.js";

// a request waits for it
const SOON = { retries: 0, totalTimeout: 1_000 };

/** What is counted. */
export interface RateLimitOptions {
  /** The endpoint of the checks, which a policy of the service names. */
  endpoint: string;
  /** The tier of the checks. */
  tier?: string | undefined;
  /** What is put before each key, so that limiters count apart. */
  prefix?: string | undefined;
  /** Makes the policy, of the limiter's own limit and window. The key then has role admin. */
  createPolicy?: boolean | undefined;
}

/** How much was used, and when it is forgotten. */
export interface Hits {
  totalHits: number;
  resetTime: Date;
}

/**
 * What the limiters ask for. One store for one limiter: `prefix` tells them apart where several
 * count one request, and is not what keys begin with.
 */
export interface Store {
  init(options: { windowMs?: unknown; limit?: unknown }): void;
  get(key: string): Promise<Hits | undefined>;
  increment(key: string): Promise<Hits>;
  decrement(key: string): Promise<void>;
  resetKey(key: string): Promise<void>;
  localKeys: false;
  prefix: string;
}

/**
 * `rateLimit({ limit, windowMs, store: rateLimitStore({ url, key }, { endpoint: "api" }) })`. The
 * service decides by its policy, so give the limiter the policy's limit and window.
 */
export function rateLimitStore(connection: Connection, options: RateLimitOptions): Store {
  const { rates } = connect(connection);
  const { endpoint, tier, prefix = "" } = options;
  let limit = Number.MAX_SAFE_INTEGER - 1;
  let windowMs = 60_000;
  let made = !options.createPolicy;
  let making: Promise<void> | undefined;

  const ask = (key: string, cost: number) =>
    rates.check(
      { subject: prefix + key, endpoint, tier: tier ?? null, cost },
      { localLimit: { limit, windowMs } },
    );
  const create = async (key: string) => {
    // counts nothing, and tells of an outage as soon as any check does
    if ((await ask(key, 0)).source === "client") {
      return;
    }
    const name = await nameOf(endpoint, tier);
    const body = { tier: tier ?? "*", endpoint, limit, windowMs };
    try {
      const now = await rates.policies.get(name, SOON);
      if (now?.limit !== limit || now.windowMs !== windowMs) {
        const condition = now ? { ifMatch: tagOf(now) } : { ifNoneMatch: "*" };
        await rates.policies.put(name, body, { ...SOON, ...condition });
      }
      made = true;
    } catch (error) {
      // where the service is away, or another process was first, a later check looks again
      if (!isOutage(error) && !(error instanceof PreconditionFailedError)) {
        throw error;
      }
    }
  };
  const hits = (answer: RateAnswer): Hits => {
    const resetTime = new Date(Date.now() + (answer.retryAfterMs ?? answer.resetMs ?? windowMs));
    if (answer.limit === undefined || answer.remaining === undefined) {
      if (answer.source !== "client") {
        throw new Error(`No rate policy of the service is for endpoint ${endpoint}: make one.`);
      }
      return { totalHits: answer.allowed ? 1 : limit + 1, resetTime };
    }
    const used = Math.max(1, answer.limit - answer.remaining);
    return { totalHits: answer.allowed ? used : Math.max(limit, answer.limit) + 1, resetTime };
  };
  const check = async (key: string, cost: number) => {
    if (!made) {
      making ??= create(key).finally(() => (making = undefined));
      await making;
    }
    return ask(key, cost);
  };

  return {
    init(given) {
      windowMs = typeof given.windowMs === "number" ? given.windowMs : windowMs;
      limit = typeof given.limit === "number" ? given.limit : limit;
    },
    increment: async (key) => hits(await check(key, 1)),
    async get(key) {
      const answer = await check(key, 0);
      return answer.limit === answer.remaining ? undefined : hits(answer);
    },
    async decrement(key) {
      await check(key, -1);
    },
    resetKey: (key) => rates.reset(prefix + key),
    localKeys: false,
    prefix: `${endpoint}/${tier ?? ""}/${prefix}`,
  };
}

/** A name that the service takes, and that no other endpoint and tier have. */
async function nameOf(endpoint: string, tier: string | undefined): Promise<string> {
  const readable = `limiter-${endpoint}-${tier ?? "any"}`.replace(/[^A-Za-z0-9._:@-]/g, "_");
  const both = new TextEncoder().encode(JSON.stringify([endpoint, tier]));
  const hash = new DataView(await crypto.subtle.digest("SHA-256", both)).getBigUint64(0);
  return `${readable.slice(0, 110)}-${hash.toString(36)}`;
}
