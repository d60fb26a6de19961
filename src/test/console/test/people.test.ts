import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { newPage, signIn, type World, world } from "./world.js";

let here: World;

beforeAll(async () => {
  here = await world();
});

/** As platforms send them, and worse. */
const ID = "a/b;c%2F+漢 ' \" <script>document.title=1</script>?#&";

const dialog = (page: Page) => page.getByRole("dialog");

const said = (page: Page, text: string) => page.locator("botbot-notice").getByText(text).waitFor();

const segment = encodeURIComponent;

async function begin(id: string, userId: string, more: object = {}): Promise<void> {
  await here.call("PUT", `/v1/sessions/${segment(id)}`, { userId, data: { step: 1 }, ...more });
}

async function open(route: string, key = here.adminKey): Promise<Page> {
  const page = await newPage();
  await signIn(page, key, route);
  return page;
}

describe("a user", () => {
  it("is looked up by an id of any characters, and never taken for HTML", async () => {
    const body = `{"preferences":{"n":12345678901234567890,"html":"<img src=x onerror=document.title=1>"}}`;
    await here.send("PUT", `/v1/users/${segment(ID)}/preferences`, body);
    await begin(`s ${ID}`, ID);
    const page = await open("/users");
    await page.getByLabel("Id of the user").fill(ID);
    await page.keyboard.press("Enter");
    await page.getByText("12345678901234567890").waitFor();
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe(ID);
    await page.reload();
    await page.getByRole("link", { name: `s ${ID}` }).click();
    await page.getByRole("heading", { name: "Data" }).waitFor();
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe(`s ${ID}`);
    const users = page.getByRole("navigation", { name: "Console" }).getByRole("link", { name: "Users" });
    expect(await users.getAttribute("aria-current")).toBe("true");
    await page.getByRole("link", { name: ID, exact: true }).click();
    await page.getByText("12345678901234567890").waitFor();
    expect(await page.locator("main img, main script").count()).toBe(0);
    expect(await page.title()).not.toBe("1");
  });

  it("is downloaded to the letter, with all sessions", async () => {
    const user = `download ${ID}`;
    await here.send("PUT", `/v1/users/${segment(user)}/preferences`, '{"preferences":{"p":1.10}}');
    for (let i = 0; i < 205; i++) {
      await begin(`d${i} ${ID}`, user);
    }
    const page = await open(`/users/${segment(user)}`);
    await page.getByText('"p": 1.10').waitFor();
    const coming = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download" }).click();
    const text = await readFile(await (await coming).path(), "utf8");
    expect(text).toContain('"p": 1.10');
    const whole = JSON.parse(text);
    expect(whole.userId).toBe(user);
    expect(whole.sessions.length).toBe(205);
    await said(page, "205 live sessions");
  });

  it("is erased by typing the id, and by nothing less", async () => {
    const user = `erase ${ID}`;
    await here.call("PUT", `/v1/users/${segment(user)}/preferences`, { preferences: { a: 1 } });
    await begin(`e ${ID}`, user);
    const page = await open(`/users/${segment(user)}`);
    await page.getByRole("button", { name: "Erase …" }).click();
    const erase = dialog(page).getByRole("button", { name: "Erase", exact: true });
    await expect
      .poll(() => dialog(page).getByLabel("To confirm").evaluate((field) => field === document.activeElement))
      .toBe(true);
    await dialog(page).getByLabel("To confirm").fill(user.slice(0, -1));
    expect(await erase.isDisabled()).toBe(true);
    await dialog(page).getByLabel("To confirm").fill(user);
    await erase.click();
    await said(page, "Erased: 1 session, the preferences, and the rate counters.");
    await expect(here.call("GET", `/v1/users/${segment(user)}`)).rejects.toThrow("404");
    await page.getByText("There are none.").first().waitFor();
  });

  it("is read-only for a frontend", async () => {
    await here.call("PUT", "/v1/users/plain/preferences", { preferences: { a: 1 } });
    await begin("plain-session", "plain");
    const page = await open("/users/plain", here.frontendKey);
    await page.getByRole("link", { name: "plain-session" }).waitFor();
    expect(await page.getByRole("button", { name: /Erase/ }).count()).toBe(0);
    await page.getByRole("link", { name: "plain-session" }).click();
    await page.getByRole("heading", { name: "Data" }).waitFor();
    expect(await page.getByRole("button", { name: /End/ }).count()).toBe(0);
  });
});

describe("a session", () => {
  it("is shown with its version and its time to live, ended and brought back", async () => {
    const id = `one ${ID}`;
    await begin(id, ID, { channel: "web", ttlSeconds: 600, data: { step: 7 } });
    const page = await open("/users");
    await page.getByLabel("Id of the session").fill(id);
    await page.keyboard.press("Enter");
    await page.getByText('"step": 7').waitFor();
    await page.getByText(/in (9|10|11) minutes/).waitFor();
    await page.getByText("that you looked at it was an access").waitFor();
    await page.getByRole("button", { name: "End …" }).click();
    await dialog(page).getByRole("button", { name: "End it" }).click();
    await said(page, "The session has ended.");
    await expect(here.call("GET", `/v1/sessions/${segment(id)}`)).rejects.toThrow("404");
    await page.getByRole("button", { name: "Undo" }).click();
    await said(page, "Undone: the session lives");
    expect(await here.call("GET", `/v1/sessions/${segment(id)}`)).toMatchObject({
      userId: ID,
      channel: "web",
      ttlSeconds: 600,
      data: { step: 7 },
    });
  });

  it("that has changed is not ended before the user has seen how", async () => {
    await begin("busy", "ada");
    const page = await open("/sessions/busy");
    await page.getByText('"step": 1').waitFor();
    await page.getByRole("button", { name: "End …" }).click();
    await here.call("PATCH", "/v1/sessions/busy", { data: { step: 2 } });
    await dialog(page).getByRole("button", { name: "End it" }).click();
    await dialog(page).getByText("It has changed since you looked.").waitFor();
    await page.getByText('"step": 2').waitFor();
    await here.call("GET", "/v1/sessions/busy");
  });

  it("that does not live is told of", async () => {
    const page = await open("/sessions/no-such-session");
    await page.getByText("There is no live session of this id").waitFor();
  });
});

describe("a scratch value", () => {
  it("is found by its namespace, shown, deleted and brought back with its time", async () => {
    await here.send("PUT", `/v1/scratch/codes/${segment(ID)}?ttlSeconds=900`, '{"code":1.10}');
    const page = await open("/scratch");
    await page.getByLabel("Namespace").fill("codes");
    await page.getByRole("button", { name: "Look up" }).click();
    await page.getByRole("link", { name: ID, exact: true }).click();
    await page.getByText('"code": 1.10').waitFor();
    await page.getByRole("button", { name: "Delete" }).click();
    await said(page, "is deleted.");
    expect(await here.call("GET", "/v1/scratch/codes")).toEqual({ items: [] });
    await page.getByRole("button", { name: "Undo" }).click();
    await said(page, "Undone");
    expect(await here.send("GET", `/v1/scratch/codes/${segment(ID)}`)).toBe('{"code":1.10}');
    const [item] = (await here.call("GET", "/v1/scratch/codes")).items;
    const left = (Date.parse(item.expiresAt) - Date.now()) / 1000;
    expect(left).toBeGreaterThan(800);
    expect(left).toBeLessThan(910);
  });
});

describe("a client", () => {
  it("is made with a key that is shown once, gets another, and is revoked", async () => {
    const page = await open("/clients");
    await page.getByRole("button", { name: "New client …" }).click();
    await dialog(page).getByLabel("Name").fill("by-hand");
    await dialog(page).getByRole("button", { name: "Make it" }).click();
    await dialog(page).getByText("It is shown this once").waitFor();
    const key = (await dialog(page).locator("pre").textContent()) ?? "";
    expect(await statusBy(key)).toBe(200);
    await dialog(page).getByRole("button", { name: "I have it" }).click();
    await dialog(page).waitFor({ state: "hidden" });
    expect(await page.content()).not.toContain(key);

    await page.getByRole("button", { name: "New client …" }).click();
    await dialog(page).getByLabel("Name").fill("by-hand");
    await dialog(page).getByRole("button", { name: "Make it" }).click();
    await dialog(page).getByRole("alert").getByText("Request").waitFor();
    await dialog(page).getByRole("button", { name: "Back" }).click();

    await page.getByRole("button", { name: "New key for by-hand …" }).click();
    await dialog(page).getByRole("button", { name: "Make a new key" }).click();
    await dialog(page).getByText("It is shown this once").waitFor();
    const next = (await dialog(page).locator("pre").textContent()) ?? "";
    await dialog(page).getByRole("button", { name: "I have it" }).click();
    expect(await statusBy(key)).toBe(401);
    expect(await statusBy(next)).toBe(200);

    await page.getByRole("button", { name: "Revoke by-hand …" }).click();
    await dialog(page).getByLabel("To confirm").fill("by-hand");
    await dialog(page).getByRole("button", { name: "Revoke" }).click();
    await said(page, "by-hand is revoked.");
    expect(await statusBy(next)).toBe(401);
    await page.getByRole("row", { name: /^by-hand/ }).waitFor({ state: "detached" });
  });

  it("is nothing that a frontend may see, and it is told so", async () => {
    const page = await open("/clients", here.frontendKey);
    await page.getByText("it asks for role admin").waitFor();
    expect(await page.getByRole("link", { name: "Clients" }).count()).toBe(0);
  });

  async function statusBy(key: string): Promise<number> {
    const answer = await fetch(`${here.url}/v1/settings`, { headers: { Authorization: `Bearer ${key}` } });
    return answer.status;
  }
});

describe("a space", () => {
  it("is listed, and erased by typing its name once no client belongs to it", async () => {
    await here.call("POST", "/v1/clients", { name: "shop-bot", roles: ["frontend"], space: "shop" });
    const page = await open("/spaces");
    await page.getByRole("button", { name: "Erase shop …" }).click();
    await dialog(page).getByLabel("To confirm").fill("shop");
    await dialog(page).getByRole("button", { name: "Erase" }).click();
    await dialog(page).getByRole("alert").getByText("Request").waitFor();
    await here.call("PUT", "/v1/sessions/in-the-shop", { userId: "ada" }, { "Botbot-Space": "shop" });
    await here.call("DELETE", "/v1/clients/shop-bot", undefined, { "Botbot-Space": "shop" });
    await dialog(page).getByRole("button", { name: "Erase" }).click();
    await said(page, "shop is being erased");
    const read = () =>
      here.call("GET", "/v1/sessions/in-the-shop", undefined, { "Botbot-Space": "shop" });
    // it goes on in the background: Redis is swept last
    await expect
      .poll(() => read().then(() => "there", String), { timeout: 30_000 })
      .toContain("404");
  });
});
