import { afterEach, expect } from "vitest";
import { closePages } from "./world.js";

afterEach(async () => {
  expect(await closePages(), "what no page of the console may do").toEqual([]);
});
