// A worker whose settings are read without a call, and outlive the service and the worker itself.
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BotBot } from "@botbot/state";
import { fileCopy } from "@botbot/state/file";

const state = new BotBot({
  url: process.env["BOTBOT_URL"] ?? "http://localhost:8080",
  key: process.env["BOTBOT_KEY"] ?? "dev-admin-key",
});

export const settings = state.settings.mirror({
  prefix: "worker.",
  bootstrap: { "worker.model": "small" },
  copy: fileCopy(process.env["SETTINGS_COPY"] ?? join(tmpdir(), "settings.json")),
  onState: (now) => console.log(`settings are ${now}`),
  onError: (error) => console.error(String(error)),
});

await settings.start();

/** What the worker does for each job. */
export function work(job: string): string {
  const model = settings.get<string>("worker.model") ?? "small";
  return `${job} by the ${model} model`;
}
