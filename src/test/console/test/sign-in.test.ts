import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  accessibility,
  expectFaults,
  newPage,
  newTab,
  overflow,
  present,
  screenshot,
  signIn,
  smallTargets,
  THEMES,
  type World,
  world,
} from "./world.js";

let here: World;

beforeAll(async () => {
  here = await world();
});

const dialog = (page: Page) => page.getByRole("dialog", { name: /Sign in/ });
const refusal = (page: Page) => dialog(page).getByRole("alert");

describe("the way in", () => {
  it("leads to the overview, and a reload does not ask again", async () => {
    const page = await newPage();
    await signIn(page, here.adminKey);
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Overview");
    await page.reload();
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    expect(await dialog(page).isVisible()).toBe(false);
  });

  it("refuses an unknown key, and takes the next one", async () => {
    const page = await newPage();
    await page.goto(`${here.url}/console/`);
    await present(page, "bb_AAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    await expect.poll(() => refusal(page).textContent()).toContain("There is no such key");
    expect(await page.context().cookies()).toEqual([]);
    expect(await page.getByLabel("API key").inputValue()).toBe("");
    await present(page, here.adminKey);
    await page.getByRole("heading", { name: "Overview" }).waitFor();
  });

  it("cannot be closed without a key", async () => {
    const page = await newPage();
    await page.goto(`${here.url}/console/`);
    await dialog(page).waitFor();
    for (let i = 0; i < 5; i++) {
      await page.keyboard.press("Escape");
      await expect.poll(() => dialog(page).isVisible()).toBe(true);
    }
  });

  it("is walked with the keyboard alone", async () => {
    const page = await newPage();
    await page.goto(`${here.url}/console/`);
    await dialog(page).waitFor();
    await page.keyboard.type(here.adminKey);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.localName)).toBe("main");
  });

  it("shows a key of role frontend everything read-only, and what asks for role admin not at all", async () => {
    const page = await newPage();
    await signIn(page, here.frontendKey);
    expect(await page.locator("header").textContent()).toContain("read-only");
    const entries = await page.getByRole("navigation", { name: "Console" }).textContent();
    expect(entries).toContain("Settings");
    expect(entries).not.toContain("Clients");
    expect(await page.getByLabel("Space", { exact: true }).count()).toBe(0);
    await expect.poll(() => page.locator("main").textContent()).toContain("role admin");
    await page.goto(`${here.url}/console/#/clients`);
    await expect.poll(() => page.locator("main").textContent()).toContain("asks for role admin");
  });
});

describe("the session", () => {
  it("is a cookie that no script can read, for this host alone, until the browser ends", async () => {
    const page = await newPage();
    await signIn(page, here.adminKey);
    const [cookie, ...more] = await page.context().cookies();
    expect(more).toEqual([]);
    expect(cookie).toMatchObject({
      name: "__Host-botbot",
      domain: new URL(here.url).hostname,
      path: "/",
      expires: -1,
      httpOnly: true,
      secure: true,
      sameSite: "Strict",
    });
    expect(await page.evaluate(() => document.cookie)).toBe("");
  });

  it("leaves the key nowhere else", async () => {
    const page = await newPage();
    const urls: string[] = [];
    page.on("request", (request) => urls.push(request.url()));
    await signIn(page, here.adminKey);
    await page.goto(`${here.url}/console/#/settings`);
    await page.getByRole("heading", { name: "Settings" }).waitFor();
    const kept = await page.evaluate(async () => [
      JSON.stringify(localStorage),
      JSON.stringify(sessionStorage),
      JSON.stringify(await indexedDB.databases()),
      JSON.stringify(await caches.keys()),
      JSON.stringify(history.state),
      location.href,
      document.documentElement.outerHTML,
    ]);
    expect([...kept, ...urls].filter((text) => text.includes(here.adminKey))).toEqual([]);
  });

  it("ends within a second of the revocation of its key", async () => {
    const name = "to-be-revoked";
    const { key } = await here.call("POST", "/v1/clients", { name, roles: ["admin"] });
    const page = await newPage();
    await signIn(page, key);
    await here.call("DELETE", `/v1/clients/${name}`);
    const revoked = Date.now();
    await page.waitForResponse((answer) => answer.status() === 401);
    await dialog(page).waitFor();
    expect(Date.now() - revoked).toBeLessThan(2_100); // a second, and a second until the next look
    expect(await dialog(page).textContent()).toContain("Your session has ended");
    await present(page, here.adminKey);
    await dialog(page).waitFor({ state: "hidden" });
  });

  it("ends after eight hours, and the page asks for the key above what it shows", async () => {
    const page = await newPage();
    await signIn(page, here.adminKey);
    const [cookie] = await page.context().cookies();
    const [, key] = cookie!.value.split(".");
    const eightHoursAgo = Date.now() - 8 * 3_600_000;
    await page.context().addCookies([{ ...cookie!, value: `${eightHoursAgo}.${key}` }]);
    await dialog(page).waitFor();
    await page.getByRole("heading", { name: "Overview", includeHidden: true }).waitFor();
    await present(page, here.adminKey);
    await dialog(page).waitFor({ state: "hidden" });
  });

  it("ends by signing out, in every tab", async () => {
    const page = await newPage();
    await signIn(page, here.adminKey);
    const other = await newTab(page);
    await other.goto(`${here.url}/console/`);
    await other.getByRole("heading", { name: "Overview" }).waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await dialog(page).waitFor();
    expect(await page.locator("main").textContent()).not.toContain("Mode");
    expect(await page.context().cookies()).toEqual([]);
    await dialog(other).waitFor();
    await page.reload();
    await dialog(page).waitFor();
  });

  it("outlives a restart of the service", async () => {
    const page = await newPage();
    await signIn(page, here.adminKey);
    await here.servers.kill();
    try {
      await expect
        .poll(() => page.locator("main").textContent(), { timeout: 10_000 })
        .toContain("cannot be reached");
      await page.getByRole("button", { name: "Sign out" }).click();
      await expect.poll(() => page.locator("main").textContent()).toContain("still signed in");
      await page.getByRole("link", { name: "Settings" }).click();
      await expect.poll(() => page.locator("main").textContent()).toContain("could not be loaded");
      await page.getByRole("link", { name: "Overview", exact: true }).click();
    } finally {
      await here.servers.start();
    }
    await expect
      .poll(() => page.locator("main").textContent(), { timeout: 10_000 })
      .toContain("Mode");
    await expect
      .poll(() => page.locator("main").textContent(), { timeout: 10_000 })
      .not.toContain("What is shown is what was last known");
    expect(await dialog(page).isVisible()).toBe(false);
  });
});

describe("a page of another origin", () => {
  let hostile: Server;
  let address: string;

  beforeAll(async () => {
    hostile = createServer((_request, answer) => {
      answer.setHeader("Content-Type", "text/html").end("<!doctype html><title>hostile</title>");
    });
    await new Promise<void>((resolve) => hostile.listen(0, "127.0.0.1", resolve));
    // another site too, for which SameSite alone withholds the cookie; the same site is another port
    address = `:${(hostile.address() as AddressInfo).port}/`;
  });

  afterAll(() => hostile.close());

  for (const host of ["localhost", "127.0.0.1"]) {
    it(`cannot act in the name of who has signed in, from ${host}`, async () => {
      const page = await newPage();
      await signIn(page, here.adminKey);
      const session = (await page.context().cookies()).map((cookie) => cookie.value);
      const other = await newTab(page);
      await other.goto(`http://${host}${address}`);
      const name = `hostile-${host}`;
      const answers = await other.evaluate(
        async ({ url, name }) => {
          const body = JSON.stringify({ name, roles: ["admin"] });
          const outcomes: string[] = [];
          for (const type of ["application/json", "text/plain"]) {
            for (const mode of ["cors", "no-cors"] as const) {
              for (const [method, path, content] of [
                ["POST", "/v1/clients", body],
                ["PUT", `/v1/settings/${name}`, '{"value": 1}'],
                ["DELETE", "/v1/console/session", undefined],
                ["POST", "/v1/console/session", '{"key": "stolen"}'],
                ["POST", "/v1/status/new-epoch", undefined],
              ] as const) {
                try {
                  const answer = await fetch(url + path, {
                    method,
                    mode,
                    credentials: "include",
                    headers: { "Content-Type": type },
                    ...(content === undefined ? {} : { body: content }),
                  });
                  outcomes.push(answer.type === "opaque" ? "opaque" : String(answer.status));
                } catch {
                  outcomes.push("refused");
                }
              }
            }
          }
          return outcomes;
        },
        { url: here.url, name },
      );
      // no answer can be read
      expect(answers.filter((answer) => answer !== "opaque" && answer !== "refused")).toEqual([]);
      for (const action of ["/v1/console/session", "/v1/clients", "/v1/status/new-epoch"]) {
        const sender = await newTab(page);
        await sender.goto(`http://${host}${address}`);
        const answered = sender.waitForResponse(here.url + action);
        await sender.evaluate((target) => {
          const form = document.createElement("form");
          form.method = "POST";
          form.enctype = "text/plain";
          form.action = target;
          const field = document.createElement("input");
          field.name = '{"key": "x", "a';
          field.value = '": 1}';
          form.append(field);
          document.body.append(form);
          form.submit();
        }, here.url + action);
        expect((await answered).status()).toBeGreaterThanOrEqual(400);
        expectFaults(sender);
      }
      expectFaults(other);
      const clients = await here.call("GET", "/v1/clients?limit=200");
      expect(clients.items.map((client: { name: string }) => client.name)).not.toContain(name);
      await expect(here.call("GET", `/v1/settings/${name}`)).rejects.toThrow("404");
      expect((await page.context().cookies()).map((cookie) => cookie.value)).toEqual(session);
    });
  }

  it("cannot frame the console", async () => {
    const page = await newPage();
    await page.goto(`http://127.0.0.1${address}`);
    await page.evaluate((url) => {
      const frame = document.createElement("iframe");
      frame.src = url;
      document.body.append(frame);
    }, `${here.url}/console/`);
    await expect.poll(() => page.frames().at(-1)?.url()).toMatch(/^chrome-error:/);
    expect(expectFaults(page).join()).toContain("frame-ancestors");
  });
});

describe.each(THEMES)("in the %s", (colorScheme) => {
  it("the way in is accessible, and fits", async () => {
    const page = await newPage({ colorScheme, viewport: { width: 360, height: 740 } });
    await page.goto(`${here.url}/console/`);
    await dialog(page).waitFor();
    expect(await accessibility(page)).toEqual([]);
    expect(await smallTargets(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);
    await present(page, "wrong");
    await expect.poll(() => refusal(page).textContent()).toContain("no such key");
    expect(await accessibility(page)).toEqual([]);
    await screenshot(page, `sign-in-${colorScheme}`);
  });
});
