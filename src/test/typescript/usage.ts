// What a front end in TypeScript writes against the generated types. It is compiled, never run: a
// field that goes missing from the OpenAPI document, or becomes optional, breaks the build here.
import createClient from "openapi-fetch";
import type { components, paths } from "./generated/schema";

type Problem = components["schemas"]["Problem"];
type Session = components["schemas"]["Session"];

const client = createClient<paths>({
  baseUrl: "http://localhost:8080",
  headers: { Authorization: "Bearer dev-admin-key" },
});

export async function beginSession(userId: string): Promise<Session> {
  const { data, error } = await client.POST("/v1/sessions", {
    body: { userId, channel: "web", data: { step: 1 }, ttlSeconds: 900 },
  });
  if (data === undefined) {
    throw new Error(`not begun: ${JSON.stringify(error)}`);
  }
  return data;
}

export async function moveOn(session: Session, step: number): Promise<number> {
  const { data } = await client.PATCH("/v1/sessions/{id}", {
    params: { path: { id: session.id } },
    body: { data: { step } },
    headers: { "Content-Type": "application/merge-patch+json" },
  });
  return data === undefined ? session.version : data.version;
}

export async function sessionsOf(userId: string): Promise<string[]> {
  const { data } = await client.GET("/v1/sessions", { params: { query: { userId } } });
  return (data?.items ?? []).map((session) => `${session.id} until ${session.expiresAt}`);
}

export async function speakOnlyIfUnchanged(userId: string, tag: string): Promise<boolean> {
  const { response } = await client.PUT("/v1/users/{userId}/preferences/{key}", {
    params: { path: { userId, key: "lang" }, header: { "If-Match": tag } },
    body: { value: "en" },
  });
  return response.status !== 412;
}

/** The milliseconds to wait before the next message, or 0. */
export async function waitFor(subject: string): Promise<number> {
  const { data, error } = await client.POST("/v1/rate-checks", {
    body: { subject, tier: "free", endpoint: "chat.message" },
  });
  if (data !== undefined) {
    const names: string[] = data.policies.map((policy) => policy.name);
    console.log(names, data.remaining ?? "unlimited");
    return 0;
  }
  const problem: Problem = error;
  const wait = "retryAfterMs" in error ? error.retryAfterMs : undefined;
  return typeof wait === "number" ? wait : problem.status * 10;
}
