// Rate checks of one Node process: through this client, and through rate-limiter-flexible on ioredis,
// beside the same Redis, in one run. npm run build first; then: node test/throughput.bench.mjs
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Redis } from "ioredis";
import { RateLimiterRedis } from "rate-limiter-flexible";
import { BotBot } from "../dist/esm/index.js";

const root = new URL("../../../", import.meta.url).pathname;
const text = (name) => readFileSync(`${root}target/${name}`, "utf8").trim();
const servers = spawn(
  text("client-java"),
  ["-cp", `target/test-classes:${text("client-classpath")}`, "src/client/test/service/Servers.java", "bench"],
  { cwd: root, stdio: ["pipe", "pipe", "inherit"] },
);
let place;
for await (const line of createInterface({ input: servers.stdout })) {
  if (line.startsWith("{")) {
    place = JSON.parse(line);
    break;
  }
}

const CONCURRENT = 256;
const SECONDS = 5;
const WARM_SECONDS = 30;
const subjects = Array.from({ length: 1_000 }, (_, at) => `user:${at}`);

async function perSecond(check, seconds = SECONDS) {
  let done = 0;
  const end = performance.now() + seconds * 1_000;
  const one = async () => {
    while (performance.now() < end) {
      await check(subjects[done++ % subjects.length]);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, one));
  return Math.round(done / seconds);
}

const state = new BotBot({ ...place, checkTimeout: 10_000 });
const policy = { tier: "*", endpoint: "*", limit: 1_000_000_000, windowMs: 60_000 };
await state.rates.policies.put("bench", policy, { timeout: 20_000 });
const redis = new Redis(place.redis, { enableAutoPipelining: true });
const limiter = new RateLimiterRedis({ storeClient: redis, points: 1_000_000_000, duration: 60 });
const ours = (subject) => state.rates.check({ subject });
const theirs = (subject) => limiter.consume(subject, 1);
// until both just-in-time compilers have seen it all
await perSecond(ours, WARM_SECONDS);
await perSecond(theirs, SECONDS);
for (let round = 0; round < 3; round++) {
  const a = await perSecond(ours);
  const b = await perSecond(theirs);
  console.log(`checks/s: this client ${a}, rate-limiter-flexible ${b}, ratio ${(a / b).toFixed(2)}`);
}
redis.disconnect();
servers.stdin.end();
