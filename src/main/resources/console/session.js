import {ApiError, request} from './api.js';

/**
 * Who has signed in.
 *
 * @typedef {import('../../../client/src/openapi.js').components['schemas']['ConsoleSession'] &
 *   {admin: boolean}} Session
 */

const PATH = '/v1/console/session';
const SPACE = 'botbot-space';

/**
 * The session of this browser, if there is one.
 *
 * @returns {Promise<Session | undefined>}
 */
export async function current() {
  try {
    const {body} = await request('GET', PATH);
    return known(body);
  } catch (e) {
    if (e instanceof ApiError) {
      return undefined;
    }
    throw e;
  }
}

/**
 * Begins a session. The key goes into a cookie that no script can read.
 *
 * @param {string} key
 * @returns {Promise<Session>}
 * @throws {ApiError} where the key is refused
 */
export async function begin(key) {
  const {body} = await request('POST', PATH, {body: {key}});
  return known(body);
}

/** Ends it, in this browser. */
export async function end() {
  sessionStorage.removeItem(SPACE);
  await request('DELETE', PATH);
}

/**
 * The space that was chosen last in this tab, or that of the key.
 *
 * @param {Session} session
 */
export function spaceOf(session) {
  return session.everywhere ? (sessionStorage.getItem(SPACE) ?? session.space) : session.space;
}

/** @param {string} space */
export function keepSpace(space) {
  sessionStorage.setItem(SPACE, space);
}

/**
 * @param {Omit<Session, 'admin'>} body
 * @returns {Session}
 */
function known(body) {
  return {...body, admin: body.roles.includes('admin')};
}
