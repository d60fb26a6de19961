// What one would write for Node, to measure the service against: Fastify, ioredis with auto-pipelining,
// pg with prepared statements, rate-limiter-flexible. It knows no keys, spaces or conditions, and a
// session that two write at once may stay old in Redis. PORT, REDIS_URL and DATABASE_URL come from the
// environment.
import { randomUUID } from 'node:crypto';
import Fastify from 'fastify';
import { Redis } from 'ioredis';
import pg from 'pg';
import { RateLimiterRedis } from 'rate-limiter-flexible';

const redis = new Redis(process.env.REDIS_URL, { enableAutoPipelining: true });
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 20 });
await pool.query(`
  create table if not exists peer_sessions (
    id text primary key, user_id text not null, channel text, agent_id text, data jsonb not null,
    ttl_seconds int not null, version bigint not null default 1, created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(), expires_at timestamptz not null);
  create table if not exists peer_preferences (
    user_id text primary key, preferences jsonb not null, version bigint not null default 1,
    updated_at timestamptz not null default now());`);

const app = Fastify();
app.addContentTypeParser('application/merge-patch+json', { parseAs: 'string' }, app.getDefaultJsonParser('error', 'error'));

const text = { type: 'string', minLength: 1, maxLength: 512 };
const session = {
  type: 'object',
  required: ['userId'],
  properties: { userId: text, channel: text, agentId: text, data: { type: 'object' }, ttlSeconds: { type: 'integer' } },
};

// Sessions and preferences: the truth in PostgreSQL, a copy in Redis.

function asSession(row) {
  return {
    id: row.id, userId: row.user_id, channel: row.channel, agentId: row.agent_id, data: row.data,
    ttlSeconds: row.ttl_seconds, version: Number(row.version), createdAt: row.created_at,
    updatedAt: row.updated_at, expiresAt: row.expires_at,
  };
}

async function answer(reply, key, ttlSeconds, value) {
  const json = JSON.stringify(value);
  await redis.set(key, json, 'EX', ttlSeconds);
  return send(reply.header('ETag', `"${value.version}"`), json);
}

const send = (reply, json) => reply.header('Content-Type', 'application/json').send(json);

const values = (id, { userId, channel = null, agentId = null, data = {}, ttlSeconds = 1800 }) =>
  [id, userId, channel, agentId, data, ttlSeconds];

const insert = `
  insert into peer_sessions (id, user_id, channel, agent_id, data, ttl_seconds, expires_at)
    values ($1, $2, $3, $4, $5, $6, now() + $6::int * interval '1 second')`;

app.get('/v1/sessions/:id', async (request, reply) => {
  const json = await redis.get(`peer:session:${request.params.id}`);
  return json === null ? reply.code(404).send() : send(reply, json);
});

app.post('/v1/sessions', { schema: { body: session } }, async (request, reply) => {
  const id = randomUUID();
  const { rows: [row] } = await pool.query({
    name: 'create', text: `${insert} returning *`, values: values(id, request.body),
  });
  reply.code(201).header('Location', `/v1/sessions/${id}`);
  return answer(reply, `peer:session:${id}`, row.ttl_seconds, asSession(row));
});

app.put('/v1/sessions/:id', { schema: { body: session } }, async (request, reply) => {
  const { id } = request.params;
  const { rows: [row] } = await pool.query({
    name: 'put',
    text: `${insert}
      on conflict (id) do update set user_id = excluded.user_id, channel = excluded.channel,
        agent_id = excluded.agent_id, data = excluded.data, ttl_seconds = excluded.ttl_seconds,
        version = peer_sessions.version + 1, updated_at = now(), expires_at = excluded.expires_at
      returning *`,
    values: values(id, request.body),
  });
  return answer(reply, `peer:session:${id}`, row.ttl_seconds, asSession(row));
});

app.patch('/v1/sessions/:id', async (request, reply) => {
  const { id } = request.params;
  const client = await pool.connect();
  let row;
  try {
    await client.query('begin');
    const found = await client.query({
      name: 'lock', text: 'select * from peer_sessions where id = $1 for update', values: [id],
    });
    const patched = merge(asSession(found.rows[0]), request.body);
    ({ rows: [row] } = await client.query({
      name: 'patch',
      text: `update peer_sessions set user_id = $2, channel = $3, agent_id = $4, data = $5, ttl_seconds = $6,
          version = version + 1, updated_at = now(), expires_at = now() + $6::int * interval '1 second'
        where id = $1 returning *`,
      values: values(id, patched),
    }));
    await client.query('commit');
  } catch (failure) {
    await client.query('rollback');
    throw failure;
  } finally {
    client.release();
  }
  return answer(reply, `peer:session:${id}`, row.ttl_seconds, asSession(row));
});

// RFC 7396
function merge(target, patch) {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const merged = target !== null && typeof target === 'object' && !Array.isArray(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else merged[name] = merge(merged[name], value);
  }
  return merged;
}

const preferences = { type: 'object', required: ['preferences'], properties: { preferences: { type: 'object' } } };

app.put('/v1/users/:id/preferences', { schema: { body: preferences } }, async (request, reply) => {
  const { id } = request.params;
  const { rows: [row] } = await pool.query({
    name: 'preferences',
    text: `insert into peer_preferences (user_id, preferences) values ($1, $2)
      on conflict (user_id) do update set preferences = excluded.preferences,
        version = peer_preferences.version + 1, updated_at = now()
      returning *`,
    values: [id, request.body.preferences],
  });
  const value = { userId: id, preferences: row.preferences, version: Number(row.version), updatedAt: row.updated_at };
  return answer(reply, `peer:preferences:${id}`, 600, value);
});

// Rate checks: a limit for each endpoint that is asked for.

const limits = {
  admitted: { points: 1_000_000_000, duration: 60 },
  denied: { points: 1, duration: 3_600 },
  counted: { points: 1_000_000_000, duration: 3_600 },
};
const limiters = Object.fromEntries(Object.entries(limits).map(([endpoint, { points, duration }]) =>
  [endpoint, new RateLimiterRedis({ storeClient: redis, keyPrefix: `peer:${endpoint}`, points, duration })]));

const check = {
  type: 'object',
  required: ['subject', 'endpoint'],
  properties: {
    subject: { type: 'string', minLength: 1, maxLength: 128, pattern: '^[A-Za-z0-9._:@-]+$' },
    tier: { type: 'string' },
    endpoint: { enum: Object.keys(limits) },
    cost: { type: 'integer' },
  },
};

const decision = {
  type: 'object',
  properties: {
    allowed: { type: 'boolean' },
    limit: { type: 'integer' },
    remaining: { type: 'integer' },
    resetMs: { type: 'integer' },
    retryAfterMs: { type: 'integer' },
  },
};

app.post(
  '/v1/rate-checks',
  { schema: { body: check, response: { 200: decision, 429: decision } } },
  async (request, reply) => {
    const { subject, endpoint, cost = 1 } = request.body;
    const { points, duration } = limits[endpoint];
    let state;
    let allowed = true;
    try {
      state = await limiters[endpoint].consume(subject, cost);
    } catch (denied) {
      if (denied instanceof Error) throw denied;
      state = denied;
      allowed = false;
    }
    const inSeconds = Math.ceil(state.msBeforeNext / 1000);
    reply.header('RateLimit-Policy', `"bench";q=${points};w=${duration}`);
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
