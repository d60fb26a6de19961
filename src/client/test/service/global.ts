import type { TestProject } from "vitest/node";
import { type Place, Servers } from "./servers.js";

declare module "vitest" {
  interface ProvidedContext {
    place: Place;
  }
}

/** One service for all tests that leave it alone. */
export default async function setup(project: TestProject) {
  const servers = await Servers.launch("client");
  project.provide("place", servers.place);
  return () => servers.close();
}
