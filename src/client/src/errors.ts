import type { Problem } from "./types.js";

/** What all errors of this package are: its sentence says what to do. */
export class BotBotError extends Error {
  override name = "BotBotError";
}

/** An id that the service can never take. Nothing was sent. */
export class InvalidIdError extends BotBotError {
  override name = "InvalidIdError";
}

/** The caller's own signal ended the call. */
export class AbortedError extends BotBotError {
  override name = "AbortedError";
}

/** The service was not reached, or its answer broke off. */
export class ConnectionError extends BotBotError {
  override name = "ConnectionError";

  /** `maybeApplied` says whether the service may have done what was asked, a write for one. */
  constructor(
    message: string,
    readonly maybeApplied: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** No answer within the time given. */
export class TimeoutError extends ConnectionError {
  override name = "TimeoutError";
}

/** What answered is not the service: a proxy, another path, another server. */
export class UnexpectedAnswerError extends BotBotError {
  override name = "UnexpectedAnswerError";

  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** What the service refused, with its problem (RFC 9457). */
export class HttpError extends BotBotError {
  override name = "HttpError";
  readonly status: number;
  /** The id under which the service logged the request. */
  readonly requestId: string | undefined;

  constructor(
    message: string,
    { status, headers }: Response,
    /** The problem as the service tells it; undefined where a proxy answered. */
    readonly problem?: Problem | undefined,
  ) {
    super(message);
    this.status = status;
    this.requestId = headers.get("x-request-id") ?? undefined;
  }
}

/** 400, 413, 415, 422: the request itself is at fault; `problem.violations` says where. */
export class InvalidRequestError extends HttpError {
  override name = "InvalidRequestError";
}

/** 401: the key is unknown. */
export class AuthenticationError extends HttpError {
  override name = "AuthenticationError";
}

/** 403: the key may not do this. */
export class PermissionError extends HttpError {
  override name = "PermissionError";
}

/** 404: there is no such resource. Reads answer `undefined` instead. */
export class NotFoundError extends HttpError {
  override name = "NotFoundError";
}

/** 409: the id is taken, or a `test` of a JSON Patch does not hold. */
export class ConflictError extends HttpError {
  override name = "ConflictError";
}

/** 410: changes from that revision on are not known any more: read everything anew. */
export class GoneError extends HttpError {
  override name = "GoneError";
}

/** 412: somebody else has changed it since. */
export class PreconditionFailedError extends HttpError {
  override name = "PreconditionFailedError";
  /** The tag it has now; undefined where it does not exist. */
  readonly currentTag: string | undefined;

  constructor(message: string, answer: Response, problem?: Problem | undefined) {
    super(message, answer, problem);
    this.currentTag = answer.headers.get("etag") ?? undefined;
  }
}

/** What may pass later. */
export class RetryableError extends HttpError {
  override name = "RetryableError";
  /** How long the service asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** Whether what was asked may have been done. */
  readonly maybeApplied: boolean;

  constructor(message: string, answer: Response, problem?: Problem | undefined) {
    super(message, answer, problem);
    this.retryAfterMs = retryAfter(answer.headers);
    // the service has stored nothing, unless it says that it does not know; of a proxy nobody knows
    const nothing =
      answer.status === 503 &&
      problem?.instance?.startsWith("/v1/") &&
      !problem.type.endsWith("in-doubt");
    this.maybeApplied = answer.status >= 500 && !nothing;
  }
}

/** 429: this client makes more calls than its own limit admits. */
export class RateLimitedError extends RetryableError {
  override name = "RateLimitedError";
}

/** 5xx and 408: the service, or what is before it, cannot serve now. */
export class UnavailableError extends RetryableError {
  override name = "UnavailableError";
}

/** Whether the service could not be asked, so that a fallback may decide. */
export function isOutage(error: unknown): boolean {
  return error instanceof ConnectionError || error instanceof UnavailableError;
}

/**
 * `Retry-After` in milliseconds, be it seconds or a date. A date counts from the answer's own
 * `Date`, so that a wrong clock here does not matter.
 */
function retryAfter(headers: Headers): number | undefined {
  const value = headers.get("retry-after");
  if (value === null) {
    return undefined;
  }
  if (/^\d+$/.test(value)) {
    return Number(value) * 1000;
  }
  const wait = Date.parse(value) - Date.parse(headers.get("date") ?? new Date().toUTCString());
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}
