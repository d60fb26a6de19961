import {
  AuthenticationError,
  ConflictError,
  ConnectionError,
  GoneError,
  type HttpError,
  InvalidRequestError,
  NotFoundError,
  PermissionError,
  PreconditionFailedError,
  RateLimitedError,
  UnavailableError,
  UnexpectedAnswerError,
} from "./errors.js";
import type { Problem, Tagged } from "./types.js";

const CLASSES: Record<number, typeof HttpError> = {
  401: AuthenticationError,
  403: PermissionError,
  404: NotFoundError,
  409: ConflictError,
  410: GoneError,
  412: PreconditionFailedError,
  429: RateLimitedError,
};

const ADVICE: Record<number, string> = {
  401: " Is the key right, and not revoked?",
  403: " Give the client the role, or name no space but its own.",
  412: " Read again, and write with the new tag: update() does so.",
  429: " Make fewer calls, or give the client a larger tier.",
};

/**
 * Reads an answer to its end.
 *
 * @throws BotBotError of the class that fits, if it is none that the caller can use
 */
export async function read<T>(response: Response, what: string): Promise<Tagged<T>> {
  const { status, headers } = response;
  const text = await response.text();
  const json = (headers.get("content-type") ?? "").includes("json");
  const body = json ? parse(text, what) : undefined;
  if (response.ok && (json || status === 202 || status === 204)) {
    return { value: body as T, tag: headers.get("etag") ?? "" };
  }
  throw failure(response, what, json ? (body as Problem) : undefined);
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ConnectionError(`${what}: the answer broke off.`, true, { cause });
  }
}

/** The error for an answer that is not a success. */
export function failure(response: Response, what: string, problem: Problem | undefined): Error {
  const { status, headers } = response;
  const passing = status >= 500 || status === 408 || status === 429;
  // a 404 of another path must not pass for a resource that is not there
  const elsewhere = status === 404 && !problem?.instance?.startsWith("/v1/");
  if (!passing && (problem?.type === undefined || elsewhere)) {
    const location = headers.get("location");
    return new UnexpectedAnswerError(
      `${what}: ${status} with ${headers.get("content-type") ?? "no content"}` +
        `${location ? ` (a redirection to ${location})` : ""} is no answer of the service. ` +
        "Are the base URL and the proxies right?",
      status,
    );
  }
  const violations = (problem?.violations ?? []).map((v) => ` ${v.field}: ${v.message}.`);
  const advice = problem ? ADVICE[status] : " It came from a proxy, not from the service.";
  const Kind = CLASSES[status] ?? (passing ? UnavailableError : InvalidRequestError);
  const said = `${what}: ${status} ${problem?.detail ?? response.statusText}`;
  return new Kind([said, ...violations, advice].join(""), response, problem);
}
