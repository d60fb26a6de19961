// A rate check service as one would write it for Node: Fastify, rate-limiter-flexible and ioredis
// with auto-pipelining. PORT, REDIS_URL, POINTS and SECONDS come from the environment.
import Fastify from 'fastify';
import { Redis } from 'ioredis';
import { RateLimiterRedis } from 'rate-limiter-flexible';

const points = Number(process.env.POINTS);
const seconds = Number(process.env.SECONDS);
const redis = new Redis(process.env.REDIS_URL, { enableAutoPipelining: true });
const limiter = new RateLimiterRedis({ storeClient: redis, keyPrefix: 'peer', points, duration: seconds });
const policy = `"bench";q=${points};w=${seconds}`;

const body = {
  type: 'object',
  required: ['subject'],
  properties: {
    subject: { type: 'string', minLength: 1, maxLength: 128, pattern: '^[A-Za-z0-9._:@-]+$' },
    tier: { type: 'string' },
    endpoint: { type: 'string' },
    cost: { type: 'integer' },
  },
};

const answer = {
  type: 'object',
  properties: {
    allowed: { type: 'boolean' },
    limit: { type: 'integer' },
    remaining: { type: 'integer' },
    resetMs: { type: 'integer' },
    retryAfterMs: { type: 'integer' },
  },
};

const app = Fastify();

app.post(
  '/v1/rate-checks',
  { schema: { body, response: { 200: answer, 429: answer } } },
  async (request, reply) => {
    let state;
    let allowed = true;
    try {
      state = await limiter.consume(request.body.subject, request.body.cost ?? 1);
    } catch (denied) {
      if (denied instanceof Error) throw denied;
      state = denied;
      allowed = false;
    }
    const inSeconds = Math.ceil(state.msBeforeNext / 1000);
    reply.header('RateLimit-Policy', policy);
    reply.header('RateLimit', `"bench";r=${state.remainingPoints};t=${inSeconds}`);
    const result = { allowed, limit: points, remaining: state.remainingPoints, resetMs: state.msBeforeNext };
    if (!allowed) {
      reply.code(429).header('Retry-After', Math.max(1, inSeconds));
      result.retryAfterMs = state.msBeforeNext;
    }
    return result;
  },
);

await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
