import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { install } from "./install.js";

const { url, key } = inject("place");
let folder: string;

const run = (command: string, ...options: string[]) =>
  execFileSync(command, options, {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, BOTBOT_URL: url, BOTBOT_KEY: key },
  });

beforeAll(() => {
  folder = install();
});
afterAll(() => rmSync(folder, { recursive: true }));

const example = /```js\n([\s\S]*?)```/.exec(readFileSync("README.md", "utf8"))?.[1] ?? "";

test("the README's example runs from the packed package, as a module", () => {
  writeFileSync(join(folder, "example.mjs"), example);
  expect(run("node", "example.mjs").trim()).toBe("true 1");
});

test("the README's example runs from the packed package, by require", () => {
  const body = example.replace(/import (.*) from (.*);/, "const $1 = require($2);");
  writeFileSync(join(folder, "example.cjs"), `(async () => {\n${body}})();`);
  expect(run("node", "example.cjs").trim()).toBe("true 1");
});

test("every entry point loads both ways, without its framework", () => {
  const { exports } = JSON.parse(readFileSync("package.json", "utf8")) as {
    exports: Record<string, unknown>;
  };
  const names = Object.keys(exports)
    .filter((name) => !name.endsWith("package.json"))
    .map((name) => name.replace(/^\./, "@botbot/state"));
  expect(names.length).toBe(11);
  for (const name of names) {
    run("node", "--input-type=module", "-e", `await import("${name}")`);
    run("node", "-e", `require("${name}")`);
  }
  expect(run("ls", "node_modules").trim()).toBe("@botbot");
});
