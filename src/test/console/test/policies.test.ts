import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { newPage, signIn, type World, world } from "./world.js";

let here: World;

beforeAll(async () => {
  here = await world();
});

const dialog = (page: Page) => page.getByRole("dialog");

const said = (page: Page, text: string) => page.locator("botbot-notice").getByText(text).waitFor();

async function put(name: string, more: object = {}): Promise<void> {
  await here.call("PUT", `/v1/rate-policies/${name}`, {
    tier: "*",
    endpoint: name,
    limit: 2,
    windowMs: 3_600_000,
    ...more,
  });
}

/** Makes checks of which some may be denied. */
async function check(times: number, endpoint: string, subject = "ada"): Promise<void> {
  const checks = Array(times).fill({ subject, endpoint });
  await here.call("POST", "/v1/rate-checks/batch", { checks });
}

async function open(name: string): Promise<Page> {
  const page = await newPage();
  await signIn(page, here.adminKey, `/policies/${name}`);
  await page.getByRole("heading", { level: 1, name }).waitFor();
  return page;
}

describe("rate policies", () => {
  it("are listed with what each admits and denies, and the figures move by themselves", async () => {
    await put("live");
    const page = await newPage();
    await signIn(page, here.adminKey, "/policies");
    await page.getByText("on the instance that answers").waitFor();
    const row = page.getByRole("row", { name: /^live / });
    await row.waitFor();
    await check(5, "live");
    await row.getByText("3", { exact: true }).waitFor({ timeout: 15_000 });
    expect(await row.locator("td.number").allTextContents()).toEqual(["2", expect.stringContaining("3")]);
  });

  it("are made, changed and taken back, always with the difference first", async () => {
    const page = await open("made");
    await page.getByText("There is no policy of this name.").waitFor();
    await page.getByRole("button", { name: "Create" }).click();
    await page.getByLabel("Endpoint, a prefix and *, or *").fill("image.*");
    await page.getByLabel("Limit, in units of cost").fill("7");
    await page.getByRole("button", { name: "Review" }).click();
    await dialog(page).getByText("It will be new.").waitFor();
    await dialog(page).getByRole("button", { name: "Put in force" }).click();
    await said(page, "made is in force, as a shadow.");
    expect(await here.call("GET", "/v1/rate-policies/made")).toMatchObject({ limit: 7, shadow: true });

    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByLabel("Limit, in units of cost").fill("8");
    await page.getByRole("button", { name: "Review" }).click();
    expect(await dialog(page).locator("tr.removed .text").allTextContents()).toEqual(['  "limit": 7,']);
    expect(await dialog(page).locator("tr.added .text").allTextContents()).toEqual(['  "limit": 8,']);
    await dialog(page).getByRole("button", { name: "Put in force" }).click();
    await said(page, "made is in force");
    await page.getByRole("button", { name: "Undo" }).click();
    await said(page, "Undone");
    expect(await here.call("GET", "/v1/rate-policies/made")).toMatchObject({ limit: 7 });

    await page.getByRole("button", { name: "Delete …" }).click();
    await dialog(page).getByRole("button", { name: "Delete" }).click();
    await said(page, "made is deleted.");
    await page.getByRole("button", { name: "Undo" }).click();
    await said(page, "Undone");
    expect(await here.call("GET", "/v1/rate-policies/made")).toMatchObject({ limit: 7, shadow: true });
  });

  it("that are shadows tell what they would have denied before they are switched", async () => {
    await put("shaded", { shadow: true });
    await check(6, "shaded");
    const page = await open("shaded");
    await page.getByText("It would have denied 4 in the last hour.").waitFor({ timeout: 15_000 });
    const shadow = page.getByRole("switch", { name: "Shadow" });
    expect(await shadow.getAttribute("aria-checked")).toBe("true");
    await shadow.click();
    await dialog(page).getByText(/would have denied 4 in the last\s+hour/).waitFor();
    await dialog(page).getByRole("button", { name: "Put in force" }).click();
    await said(page, "shaded is in force.");
    expect(await shadow.getAttribute("aria-checked")).toBe("false");
    expect(await here.call("GET", "/v1/rate-policies/shaded")).toMatchObject({ shadow: false });
  });

  it("that somebody else has changed meanwhile are shown three ways", async () => {
    await put("contested");
    const page = await open("contested");
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByLabel("Limit, in units of cost").fill("30");
    await put("contested", { onOutage: "deny" });
    await page.getByRole("button", { name: "Review" }).click();
    await dialog(page).getByRole("button", { name: "Put in force" }).click();
    await dialog(page).getByRole("heading", { name: "contested was changed since you looked" }).waitFor();
    expect(await here.call("GET", "/v1/rate-policies/contested")).toMatchObject({ limit: 2 });
    await dialog(page).getByRole("button", { name: "Go on with both changes" }).click();
    await page.getByRole("button", { name: "Review" }).click();
    await dialog(page).getByRole("button", { name: "Put in force" }).click();
    await said(page, "contested is in force");
    expect(await here.call("GET", "/v1/rate-policies/contested")).toMatchObject({
      limit: 30,
      onOutage: "deny",
    });
  });
});

describe("a check that is tried", () => {
  const SUBJECT = "ada/;%+漢'\"<script>";

  async function ask(page: Page, endpoint: string): Promise<void> {
    await page.getByLabel("Subject").fill(SUBJECT);
    await page.getByLabel("Endpoint (optional)").fill(endpoint);
    await page.getByRole("button", { name: "Try", exact: true }).click();
  }

  it("tells which policies match, what is left and when it returns, and charges nothing", async () => {
    await put("tried");
    await put("tried-shadow", { endpoint: "tried", limit: 1, shadow: true });
    await check(2, "tried", SUBJECT);
    const page = await newPage();
    await signIn(page, here.adminKey, "/policies");
    await ask(page, "tried");
    await page.getByText("It would be denied").waitFor();
    await page.getByText(/It would pass in \d+ (hour|minutes)/).waitFor();
    const matching = page.getByRole("table", { name: "Policies that match" });
    expect(await matching.locator("tbody tr").count()).toBe(2);
    await matching.getByRole("button", { name: "Start afresh tried", exact: true }).click();
    await said(page, `The counter of tried of ${SUBJECT} started afresh.`);
    await page.getByText("It would be admitted").waitFor();
    await page.getByText("2 left of 2").waitFor();
    await ask(page, "no-such-endpoint");
    await page.getByText("No policy matches: nothing limits it.").waitFor();
  });

  it("is there for a frontend too, which may not reset anything here", async () => {
    await put("looked-at");
    await check(2, "looked-at", SUBJECT);
    const page = await newPage();
    await signIn(page, here.frontendKey, "/policies");
    await page.getByText("To see the policies themselves a key needs the role admin.").waitFor();
    await ask(page, "looked-at");
    await page.getByText("It would be denied").waitFor();
    expect(await page.getByRole("button", { name: /afresh/ }).count()).toBe(0);
  });
});
