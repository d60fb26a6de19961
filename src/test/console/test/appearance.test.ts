import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import {
  accessibility,
  newPage,
  overflow,
  screenshot,
  signIn,
  smallTargets,
  THEMES,
  type World,
  world,
} from "./world.js";

let here: World;

const LONG = `long-${"x".repeat(120)}`;

beforeAll(async () => {
  here = await world();
  const schema = { properties: { greeting: { type: "string" }, limit: { maximum: 100 } } };
  const value = { greeting: "Hello", languages: ["en", "de"], limit: 20, text: "a long line ".repeat(30) };
  await here.call("PUT", "/v1/settings/seen.chat", { value, schema });
  await here.call("PUT", "/v1/settings/seen.chat", { value: { ...value, greeting: "Hello again" } });
  await here.call("PUT", `/v1/settings/${LONG}`, { value: 1 });
  await here.call("PUT", "/v1/agents/seen.agent/config", { config: { model: "small", temperature: 0.2 } });
  const policy = { tier: "free", endpoint: "image.*", limit: 3, windowMs: 60_000, shadow: true };
  await here.call("PUT", "/v1/rate-policies/seen-pictures", policy);
  await here.call("PUT", "/v1/rate-policies/seen-chat", { ...policy, shadow: false, tier: "*" });
  await here.call("PUT", "/v1/users/seen/preferences", { preferences: { language: "en", font: "large" } });
  await here.call("PUT", `/v1/sessions/seen-${"y".repeat(200)}`, { userId: "seen", channel: "web" });
  await here.call("PUT", "/v1/sessions/seen", { userId: "seen", channel: "web", data: { step: 2 } });
  await here.call("PUT", "/v1/scratch/seen/code?ttlSeconds=3000", { code: 7 });
  await here.call("POST", "/v1/clients", { name: "seen-client", roles: ["frontend"], space: "seen-space" });
});

/** Every view but the overview, by the name of its picture. */
const VIEWS = {
  settings: "/settings",
  setting: "/settings/seen.chat",
  "setting-with-a-long-name": `/settings/${LONG}`,
  "no-setting": "/settings/there-is-none",
  agents: "/agents",
  agent: "/agents/seen.agent",
  policies: "/policies",
  policy: "/policies/seen-pictures",
  users: "/users",
  user: "/users/seen",
  session: "/sessions/seen",
  scratch: "/scratch/seen",
  "scratch-value": "/scratch/seen/code",
  clients: "/clients",
  spaces: "/spaces",
};

/** What opens each dialog: the route, and what is done there. */
const DIALOGS: Record<string, [string, (page: Page) => Promise<void>]> = {
  publish: [
    "/settings/seen.chat",
    async (page) => {
      await change(page);
      await page.getByRole("button", { name: "Review and publish" }).click();
    },
  ],
  conflict: [
    "/settings/seen.contested",
    async (page) => {
      await change(page);
      await here.call("PUT", "/v1/settings/seen.contested", { value: { limit: 22, more: true } });
      await page.getByRole("button", { name: "Review and publish" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Publish" }).click();
      await page.getByRole("dialog").getByRole("heading", { name: /since you looked/ }).waitFor();
    },
  ],
  rollback: ["/settings/seen.chat", (page) => press(page, "Roll back to version 1 …")],
  "delete-setting": ["/settings/seen.chat", (page) => press(page, "Delete …")],
  "switch-policy": ["/policies/seen-pictures", (page) => page.getByRole("switch").click()],
  "delete-policy": ["/policies/seen-pictures", (page) => press(page, "Delete …")],
  "erase-user": ["/users/seen", (page) => press(page, "Erase …")],
  "end-session": ["/sessions/seen", (page) => press(page, "End …")],
  "new-client": ["/clients", (page) => press(page, "New client …")],
  "new-key": ["/clients", (page) => press(page, "New key for reader …")],
  "revoke-client": ["/clients", (page) => press(page, "Revoke reader …")],
  "erase-space": ["/spaces", (page) => press(page, "Erase seen-space …")],
};

function press(page: Page, name: string): Promise<void> {
  return page.getByRole("button", { name, exact: true }).click();
}

async function change(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Edit" }).click();
  const area = page.getByLabel("Value", { exact: true });
  await area.fill((await area.inputValue()).replace(/"limit": \d+/, '"limit": 21'));
  await page.getByText(/Keeps to its schema|Well-formed/).waitFor();
}

/** Nothing loads any more. */
async function settled(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle");
  await page.getByText("Loading …").waitFor({ state: "detached" });
}

/** What is wrong with the page as it is now. */
async function faults(page: Page): Promise<unknown> {
  return {
    accessibility: await accessibility(page),
    small: await smallTargets(page),
    overflow: await overflow(page),
  };
}

const NONE = { accessibility: [], small: [], overflow: 0 };

describe.each(THEMES)("in the %s theme", (theme) => {
  it.each(Object.entries(VIEWS))("the view %s keeps to WCAG 2.2 AA", async (name, route) => {
    const page = await newPage({ colorScheme: theme });
    await signIn(page, here.adminKey, route);
    await settled(page);
    expect(await faults(page)).toEqual(NONE);
    await screenshot(page, `${name}-${theme}`);
  });

  it.each(Object.entries(DIALOGS))("the dialog %s keeps to it, and so does the page after it", async (name, [route, act]) => {
    await here.call("PUT", "/v1/settings/seen.contested", { value: { limit: 20, other: [1], more: false } });
    const page = await newPage({ colorScheme: theme });
    await signIn(page, here.adminKey, route);
    await settled(page);
    await act(page);
    await page.getByRole("dialog").waitFor();
    expect(await faults(page)).toEqual(NONE);
    await screenshot(page, `dialog-${name}-${theme}`);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    expect(await faults(page)).toEqual(NONE);
  });

  it("what is wrong with a value, and what an action did, keep to it too", async () => {
    const page = await newPage({ colorScheme: theme });
    await signIn(page, here.adminKey, "/settings/seen.chat");
    await page.getByRole("button", { name: "Edit" }).click();
    const area = page.getByLabel("Value", { exact: true });
    await area.fill('{\n  "greeting": 7,\n  "limit": 101\n}');
    await page.getByRole("button", { name: /^Line 3/ }).waitFor();
    expect(await faults(page)).toEqual(NONE);
    await screenshot(page, `faulty-${theme}`);
    await page.getByRole("button", { name: "Discard" }).click();
    await page.getByText("Your changes are discarded.").waitFor();
    expect(await faults(page)).toEqual(NONE);
  });
});

describe.each([
  ["narrow", 360],
  ["wide", 1920],
] as const)("in a %s window", (_name, width) => {
  it.each(Object.entries(VIEWS))("the view %s needs no scrolling to the side", async (name, route) => {
    const page = await newPage({ viewport: { width, height: 900 } });
    await signIn(page, here.adminKey, route);
    await settled(page);
    expect(await faults(page)).toEqual(NONE);
    await screenshot(page, `${name}-${width}`);
  });

  it("the editor and its dialogs need none either", async () => {
    await here.call("PUT", "/v1/settings/seen.contested", { value: { limit: 20, other: [1], more: false } });
    const page = await newPage({ viewport: { width, height: 900 } });
    await signIn(page, here.adminKey, "/settings/seen.contested");
    await change(page);
    expect(await faults(page)).toEqual(NONE);
    await screenshot(page, `editor-${width}`);
    await here.call("PUT", "/v1/settings/seen.contested", { value: { limit: 22, more: true } });
    await page.getByRole("button", { name: "Review and publish" }).click();
    expect(await faults(page)).toEqual(NONE);
    await page.getByRole("dialog").getByRole("button", { name: "Publish" }).click();
    await page.getByRole("dialog").getByRole("heading", { name: /since you looked/ }).waitFor();
    expect(await faults(page)).toEqual(NONE);
    await screenshot(page, `conflict-${width}`);
  });
});
