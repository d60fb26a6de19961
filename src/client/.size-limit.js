// The size of the core, and of each adapter without it.
const adapters = [
  "grammy",
  "telegraf",
  "agents",
  "bolt",
  "express-rate-limit",
  "express-session",
  "keyv",
  "openfeature",
  "chat",
  "file",
];
// as the adapters, and what they share, import it
const core = ["../client.js", "../errors.js", "../types.js", "../ids.js", "./client.js", "./types.js"];

export default [
  { name: "core", path: "dist/esm/index.js", gzip: true, limit: "8 kB" },
  ...adapters.map((name) => ({
    name,
    path: `dist/esm/adapters/${name}.js`,
    gzip: true,
    limit: "1.5 kB",
    ignore: name === "file" ? ["node:fs/promises"] : core,
  })),
];
