import {
  AuthenticationError,
  ConflictError,
  ConnectionError,
  GoneError,
  HttpError,
  InvalidRequestError,
  NotFoundError,
  PermissionError,
  PreconditionFailedError,
  RateLimitedError,
  UnavailableError,
  UnexpectedAnswerError,
} from "./errors.js";
import { retryAfter } from "./retry.js";
import type { Problem, Tagged } from "./types.js";

const CLASSES: Record<number, typeof InvalidRequestError> = {
  401: AuthenticationError,
  403: PermissionError,
  404: NotFoundError,
  409: ConflictError,
  410: GoneError,
  412: PreconditionFailedError,
};

const ADVICE: Record<number, string> = {
  401: " Is the key right, and not revoked?",
  403: " Give the client the role, or name no space but its own.",
  412: " Read again, apply the change, and write with the new tag: update() does so.",
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
  const said = `${what}: ${status} ${problem?.detail ?? response.statusText}`;
  if (status === 429) {
    const message = `${said} Make fewer calls, or give the client a larger tier.`;
    return new RateLimitedError(message, status, headers, problem, retryAfter(headers));
  }
  if (status >= 500 || status === 408) {
    const from = problem === undefined ? " It came from a proxy, not from the service." : "";
    return new UnavailableError(said + from, status, headers, problem, retryAfter(headers));
  }
  // a 404 of another path must not pass for a resource that is not there
  const elsewhere = status === 404 && !problem?.instance?.startsWith("/v1/");
  if (problem?.type === undefined || elsewhere) {
    return new UnexpectedAnswerError(
      `${what}: ${status} with ${headers.get("content-type") ?? "no content"}` +
        `${redirect(headers)} is not an answer of the service. ` +
        "Is the base URL right, and what is between here and there?",
      status,
    );
  }
  const violations = (problem.violations ?? []).map((v) => ` ${v.field}: ${v.message}.`).join("");
  const known = CLASSES[status] ?? (status < 500 ? InvalidRequestError : HttpError);
  return new known(said + violations + (ADVICE[status] ?? ""), status, headers, problem);
}

function redirect(headers: Headers): string {
  const location = headers.get("location");
  return location === null ? "" : ` (a redirection to ${location})`;
}
