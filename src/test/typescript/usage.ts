// What a front end in TypeScript writes against the generated types. It is compiled, never run: a
// field that goes missing from the OpenAPI document, or becomes optional, breaks the build here.
import createClient from "openapi-fetch";
import type { components, paths } from "./generated/schema";

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
    body: { step },
    headers: { "Content-Type": "application/merge-patch+json" },
  });
  return data === undefined ? session.version : data.version;
}

export async function sessionsOf(userId: string): Promise<string[]> {
  const { data } = await client.GET("/v1/sessions", { params: { query: { userId } } });
  return (data?.items ?? []).map((session) => `${session.id} until ${session.expiresAt}`);
}
