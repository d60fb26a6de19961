import type { components } from "./openapi.js";

type Schemas = components["schemas"];

/** Any JSON value. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** A conversation's state, with your own type of `data`. */
export type Session<T = Schemas["JsonObject"]> = Omit<Schemas["Session"], "data"> & { data: T };

/** A session in a list; `data` is absent where the list was asked to leave it out. */
export type ListedSession<T = Schemas["JsonObject"]> = Omit<Schemas["ListedSession"], "data"> & {
  data?: T;
};

/** What a caller says of a session. */
export type SessionBody<T = Schemas["JsonObject"]> = Omit<Schemas["SessionBody"], "data"> & {
  data?: T;
};

/** A merge-patch (RFC 7396): what it names changes, null removes; arrays are replaced whole. */
export type MergePatch<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { [K in keyof T]?: MergePatch<T[K]> | null }
    : T;

/** The preferences of a user, with your own type of them. */
export type UserPreferences<T = Schemas["JsonObject"]> = Omit<
  Schemas["Preferences"],
  "preferences"
> & { preferences: T };

/** What is kept of a user. */
export type UserExport = Schemas["UserExport"];
/** How much was erased of a user. */
export type Erased = Schemas["Erased"];
/** An agent's configuration. */
export type Agent = Schemas["Agent"];
/** A setting. */
export type Setting = Schemas["Setting"];
/** What an agent's configuration is replaced by. */
export type AgentBody = Schemas["AgentBody"];
/** What a setting is replaced by. */
export type SettingBody = Schemas["SettingBody"];
/** That there is a scratch value, and until when. */
export type ScratchItem = Schemas["ScratchItem"];
/** A limit, and whom it is for. */
export type RatePolicy = Schemas["RatePolicy"];
/** What a policy is replaced by. */
export type RatePolicyBody = Schemas["RatePolicyBody"];
/** What is to be checked: who (`subject`), in which tier, for which endpoint, at which cost. */
export type RateCheck = Schemas["RateCheck"];
/** One operation of a JSON Patch (RFC 6902). */
export type JsonPatchOperation = Schemas["JsonPatchOperation"];
/** A space, and what is in it. */
export type Space = Schemas["PageSpaceSummary"]["items"][number];
/** A client of the service. */
export type Client = Schemas["Client"];
/** A client with its key, which is shown this once. */
export type ClientWithKey = Schemas["ClientWithKey"];
/** A client to be created. */
export type ClientToCreate = Schemas["ClientToCreate"];
/** The state of the service. */
export type Status = Schemas["Status"];
/** A problem as the service tells it (RFC 9457). */
export type Problem = Schemas["Problem"];

/**
 * The answer to a rate check. A denial is an answer, not an error. `source` says who counted: the
 * service in Redis, the service in process, or this client while the service was away.
 */
export type RateAnswer = Omit<Schemas["RateCheckAnswer"], "source"> & {
  source: "redis" | "local" | "client";
};

/** What every call takes. */
export interface CallOptions {
  /** Ends the call: it rejects with an `AbortedError`. */
  signal?: AbortSignal | undefined;
  /** The longest that one attempt may take, in milliseconds. */
  timeout?: number | undefined;
  /**
   * The longest that the call may take with all its requests, attempts and waits, in milliseconds.
   * A list may take this for each page.
   */
  totalTimeout?: number | undefined;
  /** How often an attempt is repeated at most. */
  retries?: number | undefined;
}

/** What a write of one resource takes: it is done only if the condition holds, else it is 412. */
export interface WriteOptions extends CallOptions {
  /** The tag that the resource must have, or `*`: it must exist. */
  ifMatch?: string | undefined;
  /** `*`: the resource must not exist. */
  ifNoneMatch?: string | undefined;
}

/** A value, and its entity tag: for `ifMatch`. */
export interface Tagged<T> {
  value: T;
  tag: string;
}

/** How a list is read. */
export interface ListOptions extends CallOptions {
  /** How many are read at once: 1 to 200. */
  pageSize?: number | undefined;
}

/** The entity tag of a session, of preferences, or of a rate policy, for `ifMatch`. */
export function tagOf(resource: { version: number; config?: never; value?: never }): string {
  return `"${resource.version}"`;
}
