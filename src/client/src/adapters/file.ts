/**
 * The last known copy of a settings mirror in a file, for Node, Bun and Deno.
 *
 * @packageDocumentation
 */
import { readFile, rename, writeFile } from "node:fs/promises";
import type { Copy } from "../mirror.js";

/** `settings.mirror({ copy: fileCopy("settings.json") })`: replaced as a whole or not at all. */
export function fileCopy(path: string): Copy {
  return {
    async load() {
      try {
        return await readFile(path, "utf8");
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
          return undefined;
        }
        throw error;
      }
    },
    async save(text) {
      const next = `${path}.${process.pid}`;
      await writeFile(next, text, { mode: 0o600 });
      await rename(next, path);
    },
  };
}
