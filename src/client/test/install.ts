import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A new folder with the packed package in it, as an application would have it. */
export function install(): string {
  const folder = mkdtempSync(join(tmpdir(), "install-"));
  execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], { encoding: "utf8" });
  const [archive] = readdirSync(folder);
  writeFileSync(join(folder, "package.json"), "{}");
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--omit=peer", `./${archive}`], {
    cwd: folder,
    encoding: "utf8",
  });
  return folder;
}
