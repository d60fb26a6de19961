import { mkdirSync } from "node:fs";
import { expect, it } from "vitest";
import { newPage, signIn, world } from "./test/world.js";

// The pictures of the documentation, made of the running service: npm run pictures.

const FOLDER = new URL("../../docs/pictures/", import.meta.url).pathname;

/** For how long the overview is given something to draw. */
const TRAFFIC_MS = 90_000;

const POLICIES = [
  { name: "chat", tier: "*", endpoint: "chat.*", limit: 30, windowMs: 60_000 },
  { name: "image-free", tier: "free", endpoint: "image.*", limit: 5, windowMs: 60_000, algorithm: "exact" },
  { name: "image-gold", tier: "gold", endpoint: "image.*", limit: 100, windowMs: 60_000, shadow: true },
];

const GREETING = {
  schema: {
    type: "object",
    required: ["text", "language"],
    properties: { text: { type: "string" }, language: { enum: ["en", "de", "fr"] } },
  },
};

it(
  "makes the pictures of the documentation",
  async () => {
    const here = await world();
    mkdirSync(FOLDER, { recursive: true });
    for (const policy of POLICIES) {
      await here.call("PUT", `/v1/rate-policies/${policy.name}`, policy);
    }
    for (const text of ["Hello!", "Hello, what can I do for you?", "Hello again!"]) {
      const value = { text, language: "en", temperature: 0.2, handOver: ["billing", "complaints"] };
      await here.call("PUT", "/v1/settings/greeting", { value, ...GREETING });
    }
    for (const key of ["features.voice", "limits.attachments", "models.default"]) {
      await here.call("PUT", `/v1/settings/${key}`, { value: { enabled: true } });
    }
    const page = await newPage({ viewport: { width: 1120, height: 900 }, colorScheme: "light" });
    await signIn(page, here.adminKey);
    for (const end = Date.now() + TRAFFIC_MS; Date.now() < end; ) {
      await talk(here, Math.random());
    }
    await expect.poll(() => page.locator("main").textContent()).toContain("Hit rates of the caches");
    await page.screenshot({ path: `${FOLDER}overview.png` });
    await page.goto(`${here.url}/console/#/settings/greeting`);
    await expect.poll(() => page.locator("main").textContent()).toContain("handOver");
    await expect.poll(() => page.locator("main").textContent()).not.toContain("Loading");
    await page.screenshot({ path: `${FOLDER}setting.png` });
    await page.getByLabel("Theme").selectOption("dark");
    await page.goto(`${here.url}/console/#/policies`);
    await expect.poll(() => page.locator("main").textContent()).toContain("image-gold");
    await page.screenshot({ path: `${FOLDER}policies.png` });
  },
  TRAFFIC_MS + 60_000,
);

/** What a few users of a bot do. */
async function talk(here: Awaited<ReturnType<typeof world>>, chance: number): Promise<void> {
  const user = `user-${Math.floor(chance * 20)}`;
  await here.call("PUT", `/v1/sessions/${user}`, { userId: user, data: { turns: [] } });
  for (let i = 0; i < 5; i++) {
    await here.call("GET", `/v1/sessions/${user}`);
  }
  await here.call("PUT", `/v1/users/${user}/preferences`, { preferences: { language: "en" } });
  await here.call("GET", `/v1/users/${user}/preferences`);
  const tier = chance < 0.5 ? "free" : "gold";
  const checks = ["chat.send", "image.make"].map((endpoint) => ({ subject: user, tier, endpoint }));
  await here.call("POST", "/v1/rate-checks/batch", { checks });
  await new Promise((resolve) => setTimeout(resolve, chance * 150));
}
