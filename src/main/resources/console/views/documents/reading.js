import {ApiError, request} from '../../api.js';
import {compact, member, pretty} from '../../elements/json.js';

/**
 * A version of a document, its texts over several lines.
 *
 * @typedef {object} Version
 * @property {number} version
 * @property {string} etag
 * @property {string} text its content
 * @property {string} schema what it keeps to; empty for nothing, or where it may not be seen
 * @property {string} updatedAt
 * @property {string} updatedBy
 *
 * @typedef {import('../documents.js').Kind} Kind
 */

/**
 * What is in force, if anything is.
 *
 * @param {Kind} kind
 * @param {string} name
 * @param {{admin: boolean, known?: Version, signal?: AbortSignal}} how those who may see it see the schema
 * @returns {Promise<Version | undefined>} `known` itself if it still is
 */
export async function inForce(kind, name, {admin, known, signal}) {
  try {
    const headers = known === undefined ? undefined : {'If-None-Match': known.etag};
    const {body, text, etag = ''} = await request('GET', kind.one(name), {headers, signal});
    const schema = admin ? await schemaOf(kind, name, body.version, signal) : '';
    return version(kind, body, text, etag, schema);
  } catch (e) {
    if (e instanceof ApiError && e.status === 304) {
      return known;
    }
    if (e instanceof ApiError && e.status === 404) {
      return undefined;
    }
    throw e;
  }
}

/**
 * @param {Kind} kind
 * @param {string} name
 * @param {number} number
 * @param {AbortSignal} [signal]
 */
async function schemaOf(kind, name, number, signal) {
  const {text} = await request('GET', `${kind.one(name)}/versions/${number}`, {signal});
  return shown(member(text, 'schema'));
}

/**
 * @param {Kind} kind
 * @param {any} body
 * @param {string} text
 * @param {string} etag
 * @param {string} schema
 * @returns {Version}
 */
export function version(kind, body, text, etag, schema) {
  return {
    version: body.version,
    etag,
    text: shown(member(text, kind.field)),
    schema,
    updatedAt: body.updatedAt,
    updatedBy: body.updatedBy,
  };
}

/** @param {string | undefined} text */
export function shown(text) {
  return text === undefined ? '' : pretty(text);
}

/**
 * The body of a write.
 *
 * @param {Kind} kind
 * @param {string} text
 * @param {string | undefined} schema undefined to keep the one there is, empty to lift it
 */
export function body(kind, text, schema) {
  const rules = schema === undefined ? '' : `,"schema":${schema.trim() === '' ? 'true' : compact(schema)}`;
  return `{"${kind.field}":${compact(text)}${rules}}`;
}

/**
 * What a write depends on: that what was looked at is still in force.
 *
 * @param {Version | undefined} looked
 * @returns {Record<string, string>}
 */
export function unchanged(looked) {
  return looked === undefined ? {'If-None-Match': '*'} : {'If-Match': looked.etag};
}
