import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import {
  accessibility,
  expectFaults,
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

beforeAll(async () => {
  here = await world();
});

const card = (page: Page, title: string | RegExp) =>
  page.getByRole("region", { name: title }).filter({ has: page.locator("h2") });

const text = (page: Page, title: string | RegExp) => card(page, title).textContent();

const soon = { timeout: 10_000, interval: 50 };

/** Checks until denied, and reads, so that there is something to see. */
async function traffic(): Promise<void> {
  const policy = { tier: "overview", endpoint: "*", limit: 1, windowMs: 600_000 };
  await here.call("PUT", "/v1/rate-policies/overview", policy);
  await here.call("PUT", "/v1/sessions/overview", { userId: "overview" });
  const checks = Array.from({ length: 50 }, () => ({ subject: "s", tier: "overview" }));
  await here.call("POST", "/v1/rate-checks/batch", { checks });
  for (let i = 0; i < 20; i++) {
    await here.call("GET", "/v1/sessions/overview");
  }
}

describe("the overview", () => {
  it("shows how the service is, live", async () => {
    const page = await newPage();
    await signIn(page, here.adminKey);
    await expect.poll(() => text(page, "Mode"), soon).toContain("normal");
    expect(await text(page, /^Redis/)).toContain("answers");
    expect(await text(page, /^PostgreSQL/)).toContain("answers");
    expect(await text(page, "Alerts")).toContain("None is open");
    await expect
      .poll(async () => {
        await traffic();
        return text(page, "Denied checks");
      }, soon)
      .toMatch(/checks\s*[1-9]/);
    await expect.poll(() => text(page, "Requests"), soon).toMatch(/Requests\s*[1-9]/);
    await expect.poll(() => text(page, "99th percentile"), soon).toMatch(/[0-9.]+ ms/);
    await expect.poll(() => text(page, "Hit rates of the caches"), soon).toMatch(/session.*%/s);
  });

  it("draws the last 15 minutes, and has them as a table", async () => {
    const page = await newPage();
    await signIn(page, here.adminKey);
    const line = card(page, "Requests").getByRole("img");
    await line.waitFor({ timeout: 20_000 });
    expect(await line.getAttribute("aria-label")).toMatch(/in the last 15 minutes: [\d.,]+ to [\d.,]+/);
    await page.getByText("The last 15 minutes as a table").click();
    const rows = page.getByRole("region", { name: "The last 15 minutes" }).getByRole("row");
    await expect.poll(() => rows.count(), soon).toBeGreaterThan(1);
    expect(await rows.nth(1).textContent()).toContain("normal");
    expect(await accessibility(page)).toEqual([]);
  });

  it("tells within two seconds that Redis was killed, and leads to what to do", async () => {
    const page = await newPage();
    await signIn(page, here.adminKey);
    await expect.poll(() => text(page, "Mode"), soon).toContain("normal");
    await here.servers.killRedis();
    const killed = Date.now();
    try {
      await expect.poll(() => text(page, /^Redis/), { timeout: 5_000, interval: 20 }).toContain("away");
      expect(await text(page, "Mode")).toContain("degraded");
      const took = Date.now() - killed;
      console.log(`Redis killed: the overview says so after ${took} ms`);
      expect(took).toBeLessThan(2_000);
      await page.getByRole("link", { name: "What to do about degraded" }).click();
      await expect.poll(() => page.locator("main").textContent(), soon).toContain("redis-cli ping");
      expect(await accessibility(page)).toEqual([]);
      await screenshot(page, "runbook");
      await page.goto(`${here.url}/console/#/overview`);
      await expect.poll(() => text(page, "Alerts"), soon).toContain("degraded");
      expect(await accessibility(page)).toEqual([]);
      await screenshot(page, "overview-without-redis");
    } finally {
      await here.servers.startRedis();
    }
    await expect.poll(() => text(page, "Mode"), { timeout: 30_000 }).toContain("normal");
  });

  it("stands while PostgreSQL is away", async () => {
    const page = await newPage();
    await signIn(page, here.adminKey);
    await expect.poll(() => text(page, /^PostgreSQL/), soon).toContain("answers");
    await here.servers.stopPostgres();
    try {
      await expect.poll(() => text(page, /^PostgreSQL/), soon).toContain("away");
      await page.reload();
      await expect.poll(() => text(page, /^PostgreSQL/), soon).toContain("away");
      expect(await text(page, /^Redis/)).toContain("answers");
      await screenshot(page, "overview-without-postgres");
    } finally {
      await here.servers.startPostgres();
    }
    await expect.poll(() => text(page, "Mode"), { timeout: 30_000 }).toContain("normal");
  });

  it("shows a key of role frontend the health, which is open to all", async () => {
    const page = await newPage();
    await signIn(page, here.frontendKey);
    await expect.poll(() => text(page, "Health"), soon).toContain("well");
    expect(await accessibility(page)).toEqual([]);
  });

  it("keeps the space that was chosen, and works in it", async () => {
    const page = await newPage();
    await signIn(page, here.adminKey);
    const spaces: (string | undefined)[] = [];
    page.on("request", (request) => spaces.push(request.headers()["botbot-space"]));
    const chooser = page.getByLabel("Space", { exact: true });
    await chooser.fill("elsewhere");
    await chooser.press("Enter");
    await expect.poll(() => spaces.at(-1), soon).toBe("elsewhere");
    await page.reload();
    await expect.poll(() => chooser.inputValue(), soon).toBe("elsewhere");
  });
});

describe("what the browser loads for the overview", () => {
  it("is at most 100 kB, paints within 300 ms, and comes from this service alone", async () => {
    const page = await newPage();
    const bodies: Promise<Buffer>[] = [];
    page.on("response", (answer) => {
      bodies.push(answer.body().catch(() => Buffer.alloc(0)));
    });
    await signIn(page, here.adminKey);
    await expect.poll(() => text(page, "Mode"), soon).toContain("normal");
    const sizes = (await Promise.all(bodies)).map((body) => gzipSync(body).length);
    const kilobytes = sizes.reduce((sum, size) => sum + size, 0) / 1000;
    await page.reload();
    await expect.poll(() => text(page, "Mode"), soon).toContain("normal");
    const paints: number[] = [];
    for (let i = 0; i < 5; i++) {
      await page.reload();
      paints.push(
        await page.evaluate(
          () =>
            new Promise<number>((resolve) => {
              new PerformanceObserver((list) => {
                const paint = list.getEntriesByName("first-contentful-paint")[0];
                if (paint !== undefined) {
                  resolve(paint.startTime);
                }
              }).observe({ type: "paint", buffered: true });
            }),
        ),
      );
    }
    paints.sort((a, b) => a - b);
    console.log(
      `overview: ${sizes.length} answers, ${kilobytes.toFixed(1)} kB gzip; first paints ${paints.map(Math.round)} ms`,
    );
    expect(kilobytes).toBeLessThanOrEqual(100);
    expect(paints[2]).toBeLessThan(300);
  });

  it("comes with a policy that allows nothing inline", async () => {
    const answer = await fetch(`${here.url}/console/`);
    const policy = answer.headers.get("Content-Security-Policy");
    expect(policy).toContain("default-src 'self'; frame-ancestors 'none'");
    const page = await newPage();
    await signIn(page, here.adminKey);
    const blocked = await page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          document.addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective));
          const script = document.createElement("script");
          script.append("window.ran = true");
          document.head.append(script);
        }),
    );
    expect(blocked).toMatch(/^(script-src|require-trusted-types-for)/);
    expect(await page.evaluate(() => "ran" in window)).toBe(false);
    expect(expectFaults(page).length).toBeGreaterThan(0);
  });
});

describe.each(THEMES)("in the %s", (colorScheme) => {
  it.each([360, 1280, 1920])("the overview is accessible, and fits %i pixels", async (width) => {
    const page = await newPage({ colorScheme, viewport: { width, height: 900 } });
    await signIn(page, here.adminKey);
    await expect.poll(() => text(page, "Mode"), soon).toContain("normal");
    expect(await accessibility(page)).toEqual([]);
    expect(await smallTargets(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);
    if (width === 360) {
      await page.getByRole("button", { name: "Menu" }).click();
      expect(await accessibility(page)).toEqual([]);
      expect(await overflow(page)).toBe(0);
    }
    await screenshot(page, `overview-${colorScheme}-${width}`);
  });

  it("is what the switch says, whatever the system is", async () => {
    const other = colorScheme === "light" ? "dark" : "light";
    const page = await newPage({ colorScheme: other });
    await signIn(page, here.adminKey);
    await page.getByLabel("Theme").selectOption(colorScheme);
    const ground = () =>
      page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
    expect(await ground()).toBe(colorScheme);
    await page.reload();
    expect(await ground()).toBe(colorScheme);
    await expect.poll(() => text(page, "Mode"), soon).toContain("normal");
    expect(await accessibility(page)).toEqual([]);
  });
});
