import { InvalidIdError } from "./errors.js";

const MOST = 512;
const ENCODER = new TextEncoder();
const REFUSED = /^\.{0,2}$|^\p{Z}|\p{Z}$|[\p{Cc}\p{Cs}]|(?![\uFDD0-\uFDEF])\p{NChar}/u;

/**
 * Holds an id against the service's rule before anything is sent. A URL would take `.` and `..`
 * for a step to another resource, so these never get that far.
 *
 * @throws InvalidIdError if the service can never take it
 */
export function checkId(id: string): string {
  if (typeof id !== "string" || REFUSED.test(id) || ENCODER.encode(id).length > MOST) {
    throw new InvalidIdError(
      `${JSON.stringify(id)?.slice(0, 80)} is no id: an id has 1 to 512 bytes of UTF-8, no ` +
        "control characters, no white space at either end, and is not . or .. " +
        "Hash or encode what may break that.",
    );
  }
  return id;
}

/** The id as one segment of a path. */
export function segment(id: string): string {
  return encodeURIComponent(checkId(id));
}
