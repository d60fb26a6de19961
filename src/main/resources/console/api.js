/**
 * The one door to the service: its public API, by the cookie of the session.
 *
 * @typedef {import('../../../client/src/openapi.js').components['schemas']} Schemas
 * @typedef {Schemas['Violation']} Violation
 * @typedef {Schemas['Problem']} Problem
 *
 * @typedef {object} Call
 * @property {unknown} [body] sent as JSON
 * @property {string} [json] the same as text, where a number must not pass through JavaScript
 * @property {Record<string, string>} [headers]
 * @property {AbortSignal} [signal]
 * @property {Record<string, string | number | undefined>} [query] what is undefined is left out
 */

/**
 * @template T
 * @typedef {object} Answer
 * @property {number} status
 * @property {T} body the JSON, or undefined where there is none
 * @property {string} text the same to the letter, with every digit of its numbers
 * @property {string | undefined} etag
 * @property {Headers} headers
 */

/** The event on `window` that says that the session has ended. */
export const SIGNED_OUT = 'botbot-signed-out';

/** What the service, or the way to it, refused. */
export class ApiError extends Error {
  /**
   * @param {number} status 0 where no answer came
   * @param {Partial<Problem>} problem
   * @param {{requestId?: string, etag?: string}} more
   */
  constructor(status, problem, more) {
    super(problem.detail ?? problem.title ?? `The service answered ${status}.`);
    this.name = 'ApiError';
    this.status = status;
    this.problem = problem;
    this.detail = this.message;
    /** @type {Violation[]} */
    this.violations = problem.violations ?? [];
    this.requestId = problem.requestId ?? more.requestId;
    this.etag = more.etag;
  }
}

/** @type {string | undefined} */
let space;

/**
 * Names the space of every later call; undefined leaves it to the key.
 *
 * @param {string | undefined} name
 */
export function setSpace(name) {
  space = name;
}

/**
 * Calls the API. A path is made by {@link path}, so that an id stays inside its segment.
 *
 * @template [T=any]
 * @param {string} method
 * @param {string} path
 * @param {Call} [call]
 * @returns {Promise<Answer<T>>}
 * @throws {ApiError} for every answer but 2xx, and where none comes; status 0 then
 */
export async function request(method, path, {body, json, headers, signal, query} = {}) {
  const content = json ?? (body === undefined ? undefined : JSON.stringify(body));
  const answer = await sent(url(path, query), {
    method,
    body: content,
    headers: {
      Accept: 'application/json, application/problem+json',
      ...(content === undefined ? {} : {'Content-Type': 'application/json'}),
      ...(space === undefined ? {} : {'Botbot-Space': space}),
      ...headers,
    },
    credentials: 'same-origin',
    cache: 'no-store',
    redirect: 'error',
    signal,
  });
  const etag = answer.headers.get('ETag') ?? undefined;
  if (!answer.response.ok) {
    if (answer.response.status === 401) {
      window.dispatchEvent(new CustomEvent(SIGNED_OUT));
    }
    const requestId = answer.headers.get('X-Request-Id') ?? undefined;
    throw new ApiError(answer.response.status, problem(answer.text), {requestId, etag});
  }
  return {
    status: answer.response.status,
    body: answer.text === '' ? undefined : JSON.parse(answer.text),
    text: answer.text,
    etag,
    headers: answer.headers,
  };
}

/**
 * A path of which each value is one segment, whatever its characters.
 *
 * @param {TemplateStringsArray} texts
 * @param {...string | number} segments
 */
export function path(texts, ...segments) {
  return String.raw({raw: texts}, ...segments.map((segment) => encodeURIComponent(segment)));
}

/**
 * @param {string} path
 * @param {Call['query']} query
 */
function url(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return search === '' ? path : `${path}?${search}`;
}

/**
 * @param {string} url
 * @param {RequestInit} init
 */
async function sent(url, init) {
  try {
    const response = await fetch(url, init);
    return {response, headers: response.headers, text: await response.text()};
  } catch (e) {
    if (init.signal?.aborted) {
      throw e;
    }
    throw new ApiError(0, {title: 'No answer', detail: 'The service cannot be reached.'}, {});
  }
}

/**
 * @param {string} text
 * @returns {Partial<Problem>}
 */
function problem(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    // a proxy's page
    return {};
  }
}
