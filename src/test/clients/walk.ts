// Walks through every operation with the generated TypeScript client: walk <base URL> <admin key>.
// Prints each call that succeeded as "METHOD path"; Walk.java holds them against the document.
import {
  AgentsApi,
  ChangesApi,
  ClientsApi,
  ConsoleApi,
  Configuration,
  PreferencesApi,
  RateChecksApi,
  RatePoliciesApi,
  ScratchApi,
  SessionsApi,
  SettingsApi,
  SpacesApi,
  StatusApi,
  UsersApi,
} from "../../../target/clients/typescript/index.js";

const [, , basePath, accessToken] = process.argv;

const configuration = new Configuration({
  basePath,
  accessToken,
  middleware: [
    {
      post: async ({ init, url, response }) => {
        if (response.ok) {
          console.log(`${init.method} ${new URL(url).pathname}`);
        }
        return response;
      },
    },
  ],
});

function expect(holds: boolean, what: string): void {
  if (!holds) {
    throw new Error(what);
  }
}

async function sessions(): Promise<void> {
  const api = new SessionsApi(configuration);
  const made = await api.createSession({ sessionToCreate: { userId: "walk/ts", data: { turns: [] } } });
  const id = made.id;
  expect(made.expiresAt.getTime() > made.createdAt.getTime(), "instants are dates");
  await api.putSession({ id, sessionBody: { userId: "walk/ts", data: { turns: ["hello"] } } });
  const patched = await api.patchSession({ id, requestBody: { data: { step: 2 } } });
  expect(patched.data.step === 2, "the patch is applied");
  await api.touchSession({ id });
  await api.touchSession({ id, touch: { ttlSeconds: 60 } });
  expect((await api.getSession({ id })).ttlSeconds === 60, "the touch is applied");
  const listed = await api.listSessions({ userId: "walk/ts", data: false });
  expect(listed.items[0]?.data === undefined, "the list is without data");
  expect((await api.batchGetSessions({ ids: { ids: [id, "none"] } })).items.length === 1, "one is there");
  await api.deleteSession({ id });
  await api.putSession({ id, sessionBody: { userId: "walk/ts" } });
  expect((await api.deleteSessions({ userId: "walk/ts" })).deleted === 1, "the user's are deleted");
}

async function preferences(): Promise<void> {
  const api = new PreferencesApi(configuration);
  const userId = "walk/ts";
  await api.putPreferences({ userId, preferencesBody: { preferences: { language: "en" } } });
  await api.patchPreferences({ userId, requestBody: { preferences: { units: "m" } } });
  await api.putPreference({ userId, key: "a/b", preferenceBody: { value: null } });
  expect((await api.getPreference({ userId, key: "a/b" })).value === null, "null is a value");
  await api.deletePreference({ userId, key: "a/b" });
  expect((await api.getPreferences({ userId })).preferences.units === "m", "the patch is applied");
  await api.deletePreferences({ userId });
}

async function users(): Promise<void> {
  const api = new UsersApi(configuration);
  const userId = "walk/erased/ts";
  await new SessionsApi(configuration).createSession({ sessionToCreate: { userId } });
  const kept = await api.exportUser({ userId });
  expect(kept.sessions.length === 1, "one session is kept");
  expect((await api.eraseUser({ userId })).sessions === 1, "it is erased");
}

async function spaces(): Promise<void> {
  const api = new SpacesApi(configuration);
  const inSpace = new Configuration({ basePath, accessToken, headers: { "Botbot-Space": "walk-ts" } });
  await new SettingsApi(inSpace).putSetting({ key: "k", settingBody: { value: 1 } });
  expect((await api.listSpaces()).items.some((space) => space.name === "walk-ts"), "it is listed");
  await api.eraseSpace({ name: "walk-ts" });
}

async function agents(): Promise<void> {
  const api = new AgentsApi(configuration);
  const id = "walk-ts";
  await api.putAgent({ id, agentBody: { config: { model: "small" }, schema: { type: "object" } } });
  await api.checkAgent({ id, agentBody: { config: { model: "large" } } });
  await api.putAgent({ id, agentBody: { config: { model: "large" } } });
  await api.rollbackAgent({ id, rollback: { version: 1 } });
  expect((await api.getAgent({ id })).config.model === "small", "the old content is back");
  expect((await api.listAgents({ prefix: id })).items.length === 1, "one is listed");
  expect((await api.batchGetAgents({ ids: { ids: [id] } })).items.length === 1, "one is there");
  expect((await api.listAgentVersions({ id })).items.length === 3, "every version is kept");
  await api.getAgentVersion({ id, version: 2 });
  await api.deleteAgent({ id });
}

async function settings(): Promise<void> {
  const api = new SettingsApi(configuration);
  const key = "walk-ts";
  await api.putSetting({ key, settingBody: { value: ["en"], schema: true } });
  await api.checkSetting({ key, settingBody: { value: ["en", "de"] } });
  await api.putSetting({ key, settingBody: { value: ["en", "de"] } });
  await api.rollbackSetting({ key, rollback: { version: 1 } });
  expect((await api.getSetting({ key })).value.length === 1, "the old content is back");
  expect((await api.listSettings({ prefix: key })).items.length === 1, "one is listed");
  expect((await api.batchGetSettings({ settingKeys: { keys: [key] } })).items.length === 1, "one is there");
  expect((await api.listSettingVersions({ key })).items.length === 3, "every version is kept");
  await api.getSettingVersion({ key, version: 2 });
  await api.deleteSetting({ key });
}

async function scratch(): Promise<void> {
  const api = new ScratchApi(configuration);
  const value = { namespace: "walk-ts", key: "a/b" };
  await api.putScratch({ ...value, body: { code: "1" }, ttlSeconds: 60 });
  expect((await api.getScratch(value)).code === "1", "the value is there");
  expect((await api.listScratch({ namespace: "walk-ts" })).items[0]?.key === "a/b", "it is listed");
  expect((await api.takeScratch(value)).code === "1", "the value is taken");
  await api.putScratch({ ...value, body: [1] });
  await api.deleteScratch(value);
}

async function rates(): Promise<void> {
  const policies = new RatePoliciesApi(configuration);
  const checks = new RateChecksApi(configuration);
  const name = "walk-ts";
  await policies.putRatePolicy({
    name,
    ratePolicyBody: { tier: "walk-ts", endpoint: "*", limit: 10, windowMs: 60_000 },
  });
  expect((await policies.getRatePolicy({ name })).algorithm === "sliding-window", "it has its defaults");
  expect((await policies.listRatePolicies()).items.length > 0, "it is listed");
  expect((await policies.listRateUsage()).items.length > 0, "its use is listed");
  const rateCheck = { subject: "walk", tier: "walk-ts" };
  expect((await checks.checkRate({ rateCheck })).remaining === 9, "one is charged");
  await checks.checkRates({ rateCheckBatch: { checks: [rateCheck, { subject: "walk" }] } });
  expect((await checks.peekRate(rateCheck)).remaining === 8, "another is charged");
  await checks.resetRate({ subject: "walk" });
  await policies.deleteRatePolicy({ name });
}

async function clients(): Promise<void> {
  const api = new ClientsApi(configuration);
  const name = "walk-ts";
  const made = await api.createClient({ clientToCreate: { name, roles: new Set(["frontend" as const]) } });
  const next = await api.rotateClientKey({ name });
  expect(made.key !== next.key, "the key is another");
  expect((await api.listClients()).items.some((client) => client.name === name), "it is listed");
  await api.deleteClient({ name });
}

async function console_(): Promise<void> {
  const signedIn = await new ConsoleApi(configuration).startConsoleSessionRaw({ consoleKey: { key: accessToken ?? "" } });
  const [cookie] = signedIn.raw.headers.getSetCookie().map((set) => set.split(";")[0] ?? "");
  const api = new ConsoleApi(configuration);
  const own = { headers: { Cookie: cookie ?? "", "Sec-Fetch-Site": "same-origin" } };
  expect((await api.getConsoleSession(own)).name === "admin", "it is known");
  await api.endConsoleSession();
}

async function changes(): Promise<void> {
  const given = new AbortController();
  const answer = await new ChangesApi(configuration).streamChangesRaw({}, { signal: given.signal });
  expect(answer.raw.headers.get("content-type")?.startsWith("text/event-stream") === true, "events");
  given.abort();
}

async function status(): Promise<void> {
  const api = new StatusApi(configuration);
  expect((await api.getStatus()).mode === "normal", "nothing is away");
  expect((await api.getStatusHistory()).periodMs === 5000, "a sample every five seconds");
  await api.startNewEpoch();
}

for (const walk of [sessions, preferences, users, spaces, agents, settings, scratch, rates, clients, console_, changes, status]) {
  await walk();
}
