import * as suite from "@keyv/test-suite";
import { Keyv } from "keyv";
import * as vitest from "vitest";
import { BotBotKeyv } from "@botbot/state/keyv";

// Keyv's own suite, as its own stores run it
const store = new BotBotKeyv(vitest.inject("place"));
const open = () => {
  const next = new BotBotKeyv(vitest.inject("place"));
  Object.assign(next, { opts: store.opts });
  return next;
};
// the suite is of Keyv 5, where delete() of several keys answers one boolean; of Keyv 6 it is a list,
// whatever the store, and never falsy
const OF_KEYV_5 = ".deleteMany([keys]) with nonexistent keys resolves to false";
const it = (name: string, body: never) => vitest.it.skipIf(name === OF_KEYV_5)(name, body);
const given = { ...vitest, it } as never;
const made = Keyv as never;

vitest.describe("@keyv/test-suite", () => {
  suite.keyvApiTests(given, made, open);
  suite.keyvValueTests(given, made, open);
  suite.keyvNamespaceTest(given, made, open);
});
vitest.describe("@keyv/test-suite, iterators", () => {
  suite.keyvIteratorTests(given, made, open);
});
