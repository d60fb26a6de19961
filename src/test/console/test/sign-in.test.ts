import { beforeAll, describe, expect, it } from "vitest";
import { newPage, signIn, type World, world } from "./world.js";

let here: World;

beforeAll(async () => {
  here = await world();
});

describe("the way in", () => {
  it("leads to the overview", async () => {
    const page = await newPage();
    await signIn(page, here.adminKey);
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Overview");
  });
});
