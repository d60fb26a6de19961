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

test("the README's recipes compile against the packed package, as strictly as can be", () => {
  const given = `
    import { BotBot } from "@botbot/state";
    import { fileCopy } from "@botbot/state/file";
    declare const url: string, key: string, chatId: string, userId: string, from: string, text: string;
    declare const admin: BotBot, state: BotBot;`;
  const recipes = readFileSync("README.md", "utf8").split("## Recipes")[1] ?? "";
  const blocks = recipes.split(/^\*\*/m).map((recipe) =>
    [...recipe.matchAll(/```ts\n([\s\S]*?)```/g)]
      .map(([, block = ""]) => block.replace(/^import .*\n/gm, ""))
      .join("\n"),
  );
  const functions = blocks.filter(Boolean).map((body, at) => `export async function r${at}() {${body}}`);
  expect(functions.length).toBe(4);
  writeFileSync(join(folder, "recipes.mts"), [given, ...functions].join("\n"));
  const strict = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess", "--noEmit"];
  const target = ["--module", "nodenext", "--target", "es2022", "--lib", "es2022,dom"];
  const compiler = join(process.cwd(), "node_modules/.bin/tsc");
  expect(compiled(compiler, ...strict, ...target, "recipes.mts")).toBe("");
});

function compiled(compiler: string, ...options: string[]): string {
  try {
    return run(compiler, ...options);
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

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
