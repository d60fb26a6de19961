import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { newPage, present, signIn, type World, world } from "./world.js";

let here: World;

beforeAll(async () => {
  here = await world();
});

const SCHEMA = {
  type: "object",
  properties: { text: { type: "string", maxLength: 20 }, lang: { items: { type: "string" } } },
};

/** Puts a setting whose value is given as text: numbers stay as they are written. */
async function put(name: string, value: string, schema?: unknown): Promise<void> {
  const rules = schema === undefined ? "" : `,"schema":${JSON.stringify(schema)}`;
  await here.send("PUT", `/v1/settings/${name}`, `{"value":${value}${rules}}`);
}

async function valueOf(name: string): Promise<string> {
  const text = await here.send("GET", `/v1/settings/${name}`);
  return /"value":(.*),"version":/.exec(text)?.[1] ?? text;
}

async function open(name: string, key = here.adminKey, view = "settings"): Promise<Page> {
  const page = await newPage();
  await signIn(page, key, `/${view}/${name}`);
  await page.getByRole("heading", { name: "In force now" }).waitFor();
  return page;
}

async function edit(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Edit" }).click();
  await editor(page).waitFor();
}

const editor = (page: Page) => page.getByLabel("Value", { exact: true });

async function replace(page: Page, from: string | RegExp, to: string): Promise<void> {
  const text = await editor(page).inputValue();
  const replaced = text.replace(from, to);
  expect(replaced).not.toBe(text);
  await editor(page).fill(replaced);
}

async function review(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Review and publish" }).click();
  await dialog(page).waitFor();
}

const dialog = (page: Page) => page.getByRole("dialog");

const publish = (page: Page) => dialog(page).getByRole("button", { name: "Publish" }).click();

const said = (page: Page, text: string) => page.locator("botbot-notice").getByText(text).waitFor();

describe("a setting", () => {
  it("is checked against its schema while one types, and each fault is pointed at", async () => {
    await put("typed", '{"text":"Hello","lang":["en"]}', SCHEMA);
    const page = await open("typed");
    await edit(page);
    await replace(page, '"en"', '"en", 7');
    const place = page.getByRole("button", { name: /^Line \d+, column \d+$/ });
    await place.waitFor();
    expect(await page.locator(".faults").first().textContent()).toContain("lang[1]");
    await place.click();
    const selected = await editor(page).evaluate((area: HTMLTextAreaElement) =>
      area.value.slice(area.selectionStart, area.selectionEnd),
    );
    expect(selected).toBe("7");
    expect(await page.getByRole("button", { name: "Review and publish" }).isDisabled()).toBe(true);

    await editor(page).fill('{"text": "Hello",\n  "lang": ["en"');
    await page.getByText("A comma or ] is expected here.").waitFor();
    expect(await editor(page).getAttribute("aria-invalid")).toBe("true");

    await editor(page).fill('{"text": "Hello you", "lang": ["en"]}');
    await page.getByText("Keeps to its schema").waitFor();
    await review(page);
    await publish(page);
    await said(page, "Version 2 of typed is in force.");
    expect(await valueOf("typed")).toBe('{"text":"Hello you","lang":["en"]}');
  });

  it("keeps the digits of its numbers when another field is edited", async () => {
    await put("exact", '{"large":12345678901234567890,"price":1.10,"text":"a"}');
    const page = await open("exact");
    expect(await page.locator("pre.content").first().textContent()).toContain("12345678901234567890");
    await edit(page);
    await replace(page, '"a"', '"b"');
    await review(page);
    expect(await dialog(page).locator("tr.added, tr.removed").count()).toBe(2);
    await publish(page);
    await said(page, "Version 2 of exact is in force.");
    expect(await valueOf("exact")).toBe('{"large":12345678901234567890,"price":1.10,"text":"b"}');
  });

  it("shows only the difference before it is published, and the change can be undone", async () => {
    await put("previewed", JSON.stringify(Object.fromEntries([...Array(40).keys()].map((i) => [`k${i}`, i]))));
    const page = await open("previewed");
    await edit(page);
    await review(page);
    await dialog(page).getByText("Nothing has changed").waitFor();
    expect(await dialog(page).getByRole("button", { name: "Publish" }).isDisabled()).toBe(true);
    await dialog(page).getByRole("button", { name: "Back" }).click();
    await replace(page, '"k20": 20', '"k20": 21');
    await review(page);
    // the two lines, three around on either side, and two that tell what is left out
    expect(await dialog(page).locator("tbody tr").count()).toBe(10);
    await publish(page);
    await said(page, "Version 2");
    await page.getByRole("button", { name: "Undo" }).click();
    await said(page, "Undone: version 3");
    expect(await valueOf("previewed")).toContain('"k20":20');
  });

  it("that another browser has changed meanwhile is shown three ways, and nothing is lost", async () => {
    await put("contested", '{"a":1,"b":2,"c":3,"d":4,"e":5}');
    const [mine, theirs] = [await open("contested"), await open("contested")];
    await edit(mine);
    await replace(mine, '"a": 1', '"a": 10');
    await edit(theirs);
    await replace(theirs, '"e": 5', '"e": 50');
    await review(theirs);
    await publish(theirs);
    await said(theirs, "Version 2");

    await review(mine);
    await publish(mine);
    await dialog(mine).getByRole("heading", { name: "Changed by admin since you looked" }).waitFor();
    const shown = await mine.locator("botbot-three-way").textContent();
    expect(shown).toContain('"a": 10');
    expect(shown).toContain('"e": 50');
    await dialog(mine).getByRole("button", { name: "Go on with both changes" }).click();
    expect(await valueOf("contested")).toBe('{"a":1,"b":2,"c":3,"d":4,"e":50}');
    await review(mine);
    await publish(mine);
    await said(mine, "Version 3");
    expect(await valueOf("contested")).toBe('{"a":10,"b":2,"c":3,"d":4,"e":50}');
  });

  it("of which both have changed the same line leaves the choice, and what was put aside comes back", async () => {
    await put("disputed", '{"a":1}');
    const page = await open("disputed");
    await edit(page);
    await replace(page, '"a": 1', '"a": 2');
    await put("disputed", '{"a":3}');
    await review(page);
    await publish(page);
    await dialog(page).getByText("both changed it").waitFor();
    expect(await dialog(page).getByRole("button", { name: "Go on with both changes" }).count()).toBe(0);
    await dialog(page).getByRole("button", { name: "Take theirs" }).click();
    await page.getByRole("button", { name: "Bring them back" }).click();
    expect(await editor(page).inputValue()).toContain('"a": 2');
    await page.getByRole("button", { name: "Compare" }).click();
    await dialog(page).getByRole("button", { name: "Go on with mine" }).click();
    await review(page);
    await publish(page);
    await said(page, "Version 3");
    expect(await valueOf("disputed")).toBe('{"a":2}');
  });

  it("that is deleted meanwhile is told of, and what was written makes it anew", async () => {
    await put("vanished", '{"a":1}');
    const page = await open("vanished");
    await edit(page);
    await replace(page, '"a": 1', '"a": 2');
    await here.call("DELETE", "/v1/settings/vanished");
    await review(page);
    await publish(page);
    await dialog(page).getByRole("heading", { name: "vanished was deleted since you looked" }).waitFor();
    await dialog(page).getByRole("button", { name: "Go on with mine" }).click();
    await review(page);
    await publish(page);
    await said(page, "Version 2");
    expect(await valueOf("vanished")).toBe('{"a":2}');
  });

  it("has a history of which any two versions are compared, and one is made to be in force again", async () => {
    for (let n = 1; n <= 12; n++) {
      await put("aged", `{"n":${n}}`);
    }
    const page = await open("aged");
    await page.getByRole("heading", { name: "From version 11 to version 12" }).waitFor();
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByLabel("Compare from version 1", { exact: true }).check();
    await page.getByRole("heading", { name: "From version 1 to version 12" }).waitFor();
    const compared = page.getByRole("table", { name: "From version 1 to version 12" });
    expect(await compared.locator("tr.removed .text").textContent()).toContain('"n": 1');
    expect(await compared.locator("tr.added .text").textContent()).toContain('"n": 12');
    await page.getByRole("button", { name: "Roll back to version 2 …" }).click();
    expect(await dialog(page).locator("tr.added .text").textContent()).toContain('"n": 2');
    await dialog(page).getByRole("button", { name: "Roll back" }).click();
    await said(page, "Version 13 of aged is in force, with the content of version 2.");
    expect(await valueOf("aged")).toBe('{"n":2}');
    expect(await page.locator("pre.content").first().textContent()).toContain('"n": 2');
    await page.getByRole("button", { name: "Undo" }).click();
    await said(page, "Undone: version 14");
    expect(await valueOf("aged")).toBe('{"n":12}');
  });

  it("is rolled back only against what the user has seen", async () => {
    await put("raced", '{"n":1}');
    await put("raced", '{"n":2}');
    const page = await open("raced");
    await page.getByRole("button", { name: "Roll back to version 1 …" }).click();
    await put("raced", '{"n":3}');
    await dialog(page).getByRole("button", { name: "Roll back" }).click();
    await dialog(page).getByText("Changed by admin since you looked").waitFor();
    expect(await dialog(page).locator("tr.removed .text").textContent()).toContain('"n": 3');
    expect(await valueOf("raced")).toBe('{"n":3}');
    await dialog(page).getByRole("button", { name: "Roll back" }).click();
    await said(page, "with the content of version 1");
    expect(await valueOf("raced")).toBe('{"n":1}');
  });

  it("is deleted, and brought back with its schema", async () => {
    await put("deleted", '{"text":"a"}', SCHEMA);
    const page = await open("deleted");
    await page.getByRole("button", { name: "Delete …" }).click();
    await dialog(page).getByRole("button", { name: "Delete", exact: true }).click();
    await said(page, "deleted is deleted.");
    await expect(here.call("GET", "/v1/settings/deleted")).rejects.toThrow("404");
    await page.getByRole("button", { name: "Undo" }).click();
    await said(page, "Undone: version 2");
    expect(await valueOf("deleted")).toBe('{"text":"a"}');
    await page.getByText("Schema").first().waitFor();
  });

  it("is made with a schema, which can be lifted again", async () => {
    const page = await newPage();
    await signIn(page, here.adminKey, "/settings");
    await page.getByLabel("New setting").fill("made");
    await page.getByRole("button", { name: "Begin" }).click();
    await page.getByRole("button", { name: "Create" }).click();
    await editor(page).fill('{"n": 1.50}');
    await page.getByText("Schema", { exact: true }).click();
    await page.getByLabel("JSON Schema, 2020-12").fill('{"type": "array"}');
    await page.getByText("The whole: object found, array expected").waitFor();
    await page.getByLabel("JSON Schema, 2020-12").fill('{"type": "object"}');
    await page.getByText("Keeps to its schema").waitFor();
    await review(page);
    await publish(page);
    await said(page, "Version 1 of made is in force.");
    expect(await valueOf("made")).toBe('{"n":1.50}');
    await edit(page);
    await page.getByLabel("JSON Schema, 2020-12").fill("");
    await review(page);
    await publish(page);
    await said(page, "Version 2");
    expect(await here.send("GET", "/v1/settings/made/versions/2")).not.toContain('"schema":{');
  });

  it("changes in the page as soon as it changes in the service", async () => {
    await put("watched", '"before"');
    const page = await open("watched");
    await put("watched", '"after"');
    await page.getByText('"after"').first().waitFor();
  });

  it("of 256 KiB is shown and edited", async () => {
    const members = [...Array(9_900).keys()].map((i) => `"key-${i}":"${"x".repeat(12)}"`);
    const value = `{"n":1.10,${members.join(",")}}`;
    expect(value.length).toBeGreaterThan(255_000);
    await put("large", value);
    const page = await open("large");
    await edit(page);
    await editor(page).evaluate((area: HTMLTextAreaElement) => {
      area.focus();
      const at = area.value.indexOf("1.10");
      area.setSelectionRange(at, at + 4);
    });
    await page.keyboard.type("1.20");
    await page.getByText("Well-formed").waitFor();
    await review(page);
    expect(await dialog(page).locator("tr.added").count()).toBe(1);
    await publish(page);
    await said(page, "Version 2 of large is in force.");
    expect(await valueOf("large")).toBe(value.replace("1.10", "1.20"));
  });

  it("that is too long is refused with the problem's detail and the id of the request", async () => {
    await put("long", '"short"');
    const page = await open("long");
    await edit(page);
    await editor(page).fill(`"${"x".repeat(263_000)}"`);
    await page.getByText("Not checked").waitFor();
    await review(page);
    await publish(page);
    const refusal = dialog(page).getByRole("alert");
    await refusal.getByText("Request").waitFor();
    expect(await valueOf("long")).toBe('"short"');
    expect(await refusal.textContent()).toMatch(/262144|limit|large|long/);
  });

  it("whose editor outlives its session loses nothing", async () => {
    await put("expired", '{"a":1}');
    const page = await open("expired");
    await edit(page);
    await page.context().clearCookies();
    await replace(page, '"a": 1', '"a": 2');
    const again = page.getByRole("dialog", { name: "Sign in again" });
    await again.waitFor();
    await again.getByLabel("API key").fill(here.adminKey);
    await again.getByRole("button", { name: "Sign in" }).click();
    await again.waitFor({ state: "hidden" });
    expect(await editor(page).inputValue()).toContain('"a": 2');
    await review(page);
    await publish(page);
    await said(page, "Version 2");
    expect(await valueOf("expired")).toBe('{"a":2}');
  });

  it("is not published while PostgreSQL is away, and is as soon as it is back", async () => {
    await put("patient", '{"a":1}');
    const page = await open("patient");
    await edit(page);
    await replace(page, '"a": 1', '"a": 2');
    await page.getByText("Well-formed").waitFor();
    await review(page);
    await here.servers.stopPostgres();
    try {
      await publish(page);
      await dialog(page).getByRole("alert").getByText(/^Request /).waitFor({ timeout: 30_000 });
    } finally {
      await here.servers.startPostgres();
    }
    await expect
      .poll(
        async () => {
          if ((await dialog(page).isVisible()) && (await dialog(page).getByRole("button", { name: "Publish" }).isEnabled())) {
            await publish(page);
          }
          return page.locator("botbot-notice").getByText("Version 2 of patient is in force.").isVisible();
        },
        { timeout: 30_000, interval: 500 },
      )
      .toBe(true);
    expect(await valueOf("patient")).toBe('{"a":2}');
  });

  it("that is not published keeps the user from leaving by mistake", async () => {
    await put("unsaved", '{"a":1}');
    const page = await open("unsaved");
    await edit(page);
    await replace(page, '"a": 1', '"a": 2');
    page.once("dialog", (question) => void question.dismiss());
    await page.getByRole("link", { name: "Overview" }).click();
    expect(await editor(page).inputValue()).toContain('"a": 2');
    await page.getByRole("button", { name: "Discard" }).click();
    await page.getByRole("button", { name: "Bring them back" }).click();
    expect(await editor(page).inputValue()).toContain('"a": 2');
    page.once("dialog", (question) => void question.accept());
    await page.getByRole("link", { name: "Overview" }).click();
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  });

  it("is never taken for HTML", async () => {
    const hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    await put("hostile", JSON.stringify({ [hostile]: hostile }));
    const page = await open("hostile");
    expect(await page.locator("pre.content").first().textContent()).toContain("<script>");
    await edit(page);
    await replace(page, /\}\s*$/, ', "more": "</textarea><script>document.title=3</script>"}');
    await review(page);
    expect(await page.locator("main img, main script").count()).toBe(0);
    expect(await page.title()).toBe("Settings – BotBot State");
  });
});

describe("settings", () => {
  it("are found among a hundred thousand, a page at a time", async () => {
    await here.servers.sql(
      "insert into document (space, kind, key, number, content, updated_at, updated_by, deleted, version)" +
        " select 'many', 'setting', 'bulk.' || lpad(i::text, 6, '0'), 1, '1', now(), 'admin', false, next_version()" +
        " from generate_series(1, 100000) i",
    );
    const page = await newPage();
    await page.addInitScript(() => sessionStorage.setItem("botbot-space", "many"));
    await signIn(page, here.adminKey, "/settings");
    await page.getByRole("link", { name: "bulk.000001" }).waitFor();
    expect(await page.locator("tbody tr").count()).toBe(50);
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("link", { name: "bulk.000051" }).waitFor();
    await page.getByRole("button", { name: "Previous" }).click();
    await page.getByRole("link", { name: "bulk.000001" }).waitFor();
    const began = performance.now();
    await page.getByLabel("Find by the beginning of the name").fill("bulk.0999");
    await page.getByRole("link", { name: "bulk.099901" }).waitFor();
    expect(performance.now() - began).toBeLessThan(3000);
    await page.getByLabel("Find by the beginning of the name").fill("none");
    await page.getByText("No name begins with “none”.").waitFor();
    await page.getByLabel("Find by the beginning of the name").fill("<b>");
    await page.getByText("The list cannot be read.").waitFor();
    await page.getByText(/^Request /).waitFor();
  });

  it("are read-only for a frontend, with a sentence why", async () => {
    await put("read-only", '{"a":1}', SCHEMA);
    const page = await open("read-only", here.frontendKey);
    await page.getByText("a key needs the role admin").waitFor();
    expect(await page.locator("main").getByRole("button").allTextContents()).toEqual([
      expect.stringContaining("Copy"),
    ]);
  });

  it("are edited with the keyboard alone", async () => {
    await put("keyboard", '{"a":1}');
    const page = await newPage();
    await signIn(page, here.adminKey, "/settings");
    await tabTo(page, "Find by the beginning of the name");
    await page.keyboard.type("keyboard");
    await page.getByRole("link", { name: "keyboard", exact: true }).waitFor();
    await tabTo(page, "keyboard");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "In force now" }).waitFor();
    await tabTo(page, "Edit");
    await page.keyboard.press("Enter");
    await editor(page).waitFor();
    await expect.poll(() => focused(page)).toBe("Value");
    await page.keyboard.press("Control+A");
    await page.keyboard.type('{"a": 2}');
    // out of the editor: it is no trap
    await tabTo(page, "Review and publish …");
    await page.keyboard.press("Enter");
    await dialog(page).waitFor();
    await page.keyboard.press("Escape");
    await dialog(page).waitFor({ state: "hidden" });
    expect(await focused(page)).toBe("Review and publish …");
    await page.keyboard.press("Enter");
    await dialog(page).waitFor();
    // the browser may tell of the first closing only now
    await dialog(page).dispatchEvent("close");
    await tabTo(page, "Publish");
    await page.keyboard.press("Enter");
    await said(page, "Version 2");
    expect(await valueOf("keyboard")).toBe('{"a":2}');
    expect(await focused(page)).toBe("Edit");
    await tabTo(page, "Undo");
    await page.keyboard.press("Enter");
    await said(page, "Undone: version 3");
    expect(await valueOf("keyboard")).toBe('{"a":1}');
    await page.getByLabel("Compare to version 3").waitFor();
    await tabTo(page, "Compare from version 1");
    await page.keyboard.press("Space");
    await page.getByRole("heading", { name: "From version 1 to version 3" }).waitFor();
    await tabTo(page, "Roll back to version 2 …");
    await page.keyboard.press("Enter");
    await dialog(page).waitFor();
    await tabTo(page, "Roll back");
    await page.keyboard.press("Enter");
    await said(page, "with the content of version 2");
    expect(await valueOf("keyboard")).toBe('{"a":2}');
  });

  /** What has the focus, by its label or text. */
  function focused(page: Page): Promise<string> {
    return page.evaluate(() => {
      const element = document.activeElement as HTMLInputElement | null;
      const text = element?.ariaLabel ?? element?.labels?.[0]?.textContent ?? element?.textContent ?? "";
      return text.replaceAll(/\s+/g, " ").trim();
    });
  }

  /** Goes on with the tab key until something has the focus. */
  async function tabTo(page: Page, name: string): Promise<void> {
    for (let i = 0; i < 120; i++) {
      await page.keyboard.press("Tab");
      const now = await focused(page);
      if (now === name) {
        return;
      }
      const group = /^Compare (from|to) /;
      if (group.test(name) && group.exec(now)?.[1] === group.exec(name)?.[1]) {
        // one of a group of radio buttons has the focus: the arrows lead to the others
        for (let j = 0; j < 20 && (await focused(page)) !== name; j++) {
          await page.keyboard.press("ArrowDown");
        }
        if ((await focused(page)) === name) {
          return;
        }
      }
    }
    throw new Error(`the tab key does not lead to ${name}`);
  }
});

describe("an agent", () => {
  it("is shown, checked and edited as a setting is", async () => {
    const body = '{"config":{"model":"small","temperature":0.20},"schema":{"required":["model"]}}';
    await here.send("PUT", "/v1/agents/helper/config", body);
    const page = await newPage();
    await signIn(page, here.adminKey, "/agents");
    await page.getByRole("link", { name: "helper" }).click();
    await page.getByRole("button", { name: "Edit" }).click();
    const area = page.getByLabel("Configuration", { exact: true });
    await area.fill('{"temperature": 0.20}');
    await page.getByText(/required property/).waitFor();
    await area.fill("[]");
    await page.getByText("must be an object").waitFor();
    await area.fill('{"model": "large", "temperature": 0.20}');
    await page.getByText("Keeps to its schema").waitFor();
    await review(page);
    await publish(page);
    await said(page, "Version 2 of helper is in force.");
    expect(await here.send("GET", "/v1/agents/helper/config")).toContain(
      '"config":{"model":"large","temperature":0.20}',
    );
  });
});

it("A wrong key opens no setting, and the page says so", async () => {
  const page = await newPage();
  await page.goto(`${here.url}/console/#/settings/typed`);
  await present(page, "no-such-key");
  await page.getByText("There is no such key").waitFor();
  expect(await page.locator("botbot-document").count()).toBe(0);
});
