// Builds dist/: modules and types by tsc, then the same file by file for require().
import { execFileSync } from "node:child_process";
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { buildSync } from "esbuild";

rmSync("dist", { recursive: true, force: true });
execFileSync("npx", ["tsc", "-p", "tsconfig.build.json"], { stdio: "inherit" });
buildSync({
  entryPoints: ["dist/esm/**/*.js"],
  outdir: "dist/cjs",
  format: "cjs",
  platform: "node",
  target: "node20",
});
cpSync("dist/esm", "dist/cjs", { recursive: true, filter: (path) => !path.endsWith(".js") });
writeFileSync("dist/cjs/package.json", '{ "type": "commonjs" }\n');
