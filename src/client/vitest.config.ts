import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: {
    alias: [
      { find: /^@botbot\/state$/, replacement: new URL("src/index.ts", import.meta.url).pathname },
      {
        find: /^@botbot\/state\/(.*)$/,
        replacement: new URL("src/adapters/$1.ts", import.meta.url).pathname,
      },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "test/service/global.ts",
    testTimeout: 30_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    reporters: ["default"],
  },
});
