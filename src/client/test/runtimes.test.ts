import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { install } from "./install.js";

const { url, key } = inject("place");
const env = { ...process.env, BOTBOT_URL: url, BOTBOT_KEY: key };
const DONE = { turns: 10, count: 10, allowed: 300, refused: true, missing: true, unsent: true };
let folder: string;

beforeAll(() => {
  folder = install();
  for (const file of ["walk.mjs", "process.mjs", "worker.mjs", "worker.capnp"]) {
    copyFileSync(join("test/runtimes", file), join(folder, file));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const executable = (name: string) => join(process.cwd(), "node_modules/.bin", name);

function walk(runtime: string, command: string, ...options: string[]): unknown {
  const output = execFileSync(command, [...options, "process.mjs"], {
    cwd: folder,
    encoding: "utf8",
    env: { ...env, RUNTIME: runtime },
  });
  return JSON.parse(output);
}

test("Node", () => {
  expect(walk("node", process.execPath)).toEqual(DONE);
});

test("Bun", () => {
  expect(walk("bun", executable("bun"))).toEqual(DONE);
});

test("Deno", () => {
  expect(walk("deno", executable("deno"), "run", "--allow-net", "--allow-env")).toEqual(DONE);
});

test("workerd", async () => {
  await build({
    entryPoints: [join(folder, "worker.mjs")],
    outfile: join(folder, "worker.js"),
    bundle: true,
    format: "esm",
    logLevel: "error",
  });
  const port = await freePort();
  const workerd = spawn(
    executable("workerd"),
    ["serve", "worker.capnp", "--socket-addr", `http=127.0.0.1:${port}`],
    { cwd: folder, env, stdio: "inherit" },
  );
  try {
    await expect
      .poll(() => fetch(`http://127.0.0.1:${port}`).then((answer) => answer.text(), String), {
        timeout: 20_000,
        interval: 200,
      })
      // it does not say whether a connection was made, so a call counts as perhaps sent
      .toBe(JSON.stringify({ ...DONE, unsent: false }));
  } finally {
    workerd.kill();
  }
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? (address?.port ?? 0) : 0));
    });
  });
}
