import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
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
