// Rate checks of one Node process: by the client of src/client, which must have been built, and by
// rate-limiter-flexible on ioredis with auto-pipelining. Arguments: the service, a key of its administrator,
// and Redis. Obeys lines such as "ours 256 3": checks of 256 callers for 3 seconds; says how many were
// answered, and within how many milliseconds 99 of 100 were.
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import { BotBot } from '../../client/dist/esm/index.js';

const [url, key, redisUrl] = process.argv.slice(2);
const SAMPLED = 16;
const limit = 1_000_000_000;
const subjects = Array.from({ length: 1_000 }, (_, at) => `user:${at}`);

const { rates } = new BotBot({ url, key, checkTimeout: 10_000 });
await rates.policies.put('bench', { tier: '*', endpoint: '*', limit, windowMs: 60_000 }, { timeout: 20_000 });
const redis = new Redis(redisUrl, { enableAutoPipelining: true });
const limiter = new RateLimiterRedis({ storeClient: redis, points: limit, duration: 60 });
const checks = {
  ours: (subject) => rates.check({ subject }),
  theirs: (subject) => limiter.consume(subject, 1),
};

async function run(check, callers, seconds) {
  const times = [];
  let done = 0;
  const end = performance.now() + seconds * 1_000;
  const caller = async () => {
    for (let begun = performance.now(); begun < end; begun = performance.now()) {
      const at = done++;
      await check(subjects[at % subjects.length]);
      if (at % SAMPLED === 0) {
        times.push(performance.now() - begun);
      }
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  times.sort((a, b) => a - b);
  return `${done} ${times[Math.floor(0.99 * times.length)]}`;
}

console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  const [side, callers, seconds] = line.split(' ');
  console.log(await run(checks[side], Number(callers), Number(seconds)));
}
redis.disconnect();
