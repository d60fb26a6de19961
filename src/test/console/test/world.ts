import { mkdirSync } from "node:fs";
import axe from "axe-core";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";
import { Servers } from "../../../client/test/service/servers.js";

/** What the flags keep the browser from is calling home. */
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const SCREENSHOTS = new URL("../../../../target/console/", import.meta.url).pathname;

/** WCAG 2.2 at level AA, with all that it takes over from the versions before. */
const RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"];

/** The real service with its own PostgreSQL and Redis, and a browser: one of each for all tests. */
export class World {
  private constructor(
    readonly servers: Servers,
    readonly browser: Browser,
    readonly frontendKey: string,
  ) {}

  static async begin(): Promise<World> {
    const servers = await Servers.launch("console");
    const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
    const browser = await chromium.launch({ executablePath, args: FLAGS });
    const made = await call(servers.place.url, servers.place.key, "POST", "/v1/clients", {
      name: "reader",
      roles: ["frontend"],
    });
    return new World(servers, browser, made.key);
  }

  get url(): string {
    return this.servers.place.url.replace(/\/$/, "");
  }

  get adminKey(): string {
    return this.servers.place.key;
  }

  /** Calls the API without the browser, as the administrator. Fails at anything but 2xx. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<any> {
    return call(this.url, this.adminKey, method, path, body, headers);
  }

  /** The same with texts: numbers stay as they are written. */
  send(method: string, path: string, body?: string): Promise<string> {
    return send(this.url, this.adminKey, method, path, body, {});
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.servers.close();
  }
}

async function call(
  url: string,
  key: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
) {
  const content = body === undefined ? undefined : JSON.stringify(body);
  const text = await send(url, key, method, path, content, headers);
  return text === "" ? undefined : JSON.parse(text);
}

async function send(
  url: string,
  key: string,
  method: string,
  path: string,
  body: string | undefined,
  headers: Record<string, string>,
): Promise<string> {
  const answer = await fetch(url + path, {
    method,
    headers: {
      Authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  const text = await answer.text();
  if (!answer.ok) {
    throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  }
  return text;
}

let begun: Promise<World> | undefined;

/** The world of all tests; begun by the first that asks. */
export function world(): Promise<World> {
  begun ??= World.begin();
  return begun;
}

export async function endOfWorld(): Promise<void> {
  await (await begun)?.close();
  begun = undefined;
}

/** What no page of the console may do, as each page did it. */
const faults = new Map<Page, string[]>();
const contexts: BrowserContext[] = [];

/**
 * A page of a browser of its own, with nothing kept from others. Whatever it does that no page of the
 * console may do fails the test: an error of a script, a breach of its policy, a call of another origin.
 */
export async function newPage(options: BrowserContextOptions = {}): Promise<Page> {
  const { browser } = await world();
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  contexts.push(context);
  return watched(await context.newPage());
}

/** Another page of the same browser: a second tab. */
export async function newTab(page: Page): Promise<Page> {
  return watched(await page.context().newPage());
}

async function watched(page: Page): Promise<Page> {
  const { url } = await world();
  page.setDefaultTimeout(10_000);
  const seen: string[] = [];
  faults.set(page, seen);
  page.on("pageerror", (error) => seen.push(String(error.stack ?? error)));
  page.on("console", (message) => {
    // an answer of 4xx or 5xx, and none at all, are what some tests are about
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      seen.push(message.text());
    }
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(`${url}/`) && !request.url().startsWith("data:")) {
      seen.push(`called ${request.url()}`);
    }
  });
  return page;
}

/** Closes what a test has opened, and tells what its pages did that they may not do. */
export async function closePages(): Promise<string[]> {
  const found = [...faults.values()].flat();
  faults.clear();
  await Promise.all(contexts.splice(0).map((context) => context.close()));
  return found;
}

/** A hostile page does what others may not do. */
export function expectFaults(page: Page): string[] {
  const found = faults.get(page) ?? [];
  faults.delete(page);
  return found;
}

/** Opens the console and signs in; `route` is what follows the hash. */
export async function signIn(page: Page, key: string, route = "/overview"): Promise<void> {
  await page.goto(`${(await world()).url}/console/#${route}`);
  await present(page, key);
  await page.getByRole("dialog", { name: "Sign in" }).waitFor({ state: "hidden" });
  await page.locator("main h1").waitFor();
}

/** Types a key into the dialog that asks for one, and sends it. */
export async function present(page: Page, key: string): Promise<void> {
  const dialog = page.getByRole("dialog", { name: "Sign in" });
  await dialog.getByLabel("API key").fill(key);
  await dialog.getByRole("button", { name: "Sign in" }).click();
}

/** What axe finds against WCAG 2.2 AA, one line each; none is none. */
export async function accessibility(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async (rules) => {
    // made known by the source
    const { axe: run } = window as unknown as { axe: typeof axe };
    const { violations } = await run.run(document, { runOnly: { type: "tag", values: rules } });
    return violations.flatMap((found) =>
      found.nodes.map((node) => `${found.id}: ${found.help}: ${node.target.join(" ")}: ${node.html}`),
    );
  }, RULES);
}

/** Whatever can be pressed and is smaller than 24 by 24 CSS pixels, links within a sentence left out. */
export async function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const pressed = document.querySelectorAll<HTMLElement>(
      "button, a[href], input, select, textarea, summary, [role=button], [tabindex='0']",
    );
    return [...pressed].flatMap((element) => {
      const { width, height } = element.getBoundingClientRect();
      const shown = element.checkVisibility({ visibilityProperty: true }) && width > 0 && height > 0;
      const sentence =
        element.localName === "a" &&
        getComputedStyle(element).display === "inline" &&
        (element.parentElement?.textContent?.trim().length ?? 0) >
          (element.textContent?.trim().length ?? 0);
      return shown && !sentence && (width < 24 || height < 24)
        ? [`${element.outerHTML.slice(0, 120)}: ${width} x ${height}`]
        : [];
    });
  });
}

/** By how many pixels the page is wider than its window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
}

/** A picture of the page as it is now, in target/console. */
export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: `${SCREENSHOTS}${name}.png`, fullPage: true });
}

export const THEMES = ["light", "dark"] as const;
