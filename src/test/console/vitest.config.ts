import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // those of the documentation are made by the same servers and browser
    include: [process.env["PICTURES"] === undefined ? "test/**/*.test.ts" : "pictures.ts"],
    setupFiles: ["test/setup.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ["default"],
    // one browser and one service for all files
    pool: "forks",
    poolOptions: { forks: { singleFork: true } },
    isolate: false,
  },
});
