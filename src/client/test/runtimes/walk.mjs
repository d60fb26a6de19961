import { AuthenticationError, BotBot, ConnectionError, NotFoundError } from "@botbot/state";

/** Does what bots do, and says what came of it. */
export async function walk(url, key, runtime) {
  const state = new BotBot({ url, key });
  const id = `runtime/${runtime}`;
  await state.sessions.put(id, { userId: "ada", data: { turns: [], count: 0 } });
  const ten = Array.from({ length: 10 }, (_, at) => at);
  await Promise.all(ten.map((turn) => state.sessions.append(id, "turns", [turn])));
  await Promise.all(
    ten.map(() => state.sessions.update(id, (data) => ({ ...data, count: data.count + 1 }))),
  );
  const { data } = await state.sessions.get(id);
  const checks = await Promise.all(
    Array.from({ length: 300 }, (_, at) => state.rates.check({ subject: `${runtime}/${at}` })),
  );
  const refused = await new BotBot({ url, key: "wrong" }).sessions.get(id).catch((error) => error);
  const missing = await state.sessions.update("none", (none) => none).catch((error) => error);
  // nothing listens there
  const nowhere = new BotBot({ url: "http://127.0.0.1:59999", key, retries: 0 });
  const unreached = await nowhere.sessions.append(id, "turns", [0]).catch((error) => error);
  const setting = `runtime.${runtime}`;
  const mirror = state.settings.mirror({ prefix: setting });
  await mirror.start();
  const changed = new Promise((resolve) => {
    const poll = setInterval(() => {
      if (mirror.get(setting) === "hello") {
        clearInterval(poll);
        resolve(true);
      }
    }, 20);
  });
  await state.settings.put(setting, { value: "hello" });
  await changed;
  mirror.close();
  return JSON.stringify({
    turns: data.turns.length,
    count: data.count,
    allowed: checks.filter((check) => check.allowed).length,
    refused: refused instanceof AuthenticationError,
    missing: missing instanceof NotFoundError,
    unsent: unreached instanceof ConnectionError && !unreached.maybeApplied,
  });
}
