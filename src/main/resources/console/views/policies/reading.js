import {ApiError, path, request} from '../../api.js';
import {duration, number} from '../../elements/when.js';

/**
 * @typedef {import('../../api.js').Schemas} Schemas
 * @typedef {Schemas['RatePolicy']} Policy
 * @typedef {Schemas['RateUsage']} Usage
 * @typedef {Policy & {usage: Usage | undefined}} PolicyInUse
 */

/** How often the figures are read again: the service counts in steps of this. */
export const LOOK_MS = 5000;

/**
 * A page of policies with what each decided of late, on the instance that answered.
 *
 * @param {string | undefined} cursor
 * @param {AbortSignal} signal
 * @returns {Promise<{items: PolicyInUse[], nextCursor?: string}>}
 */
export async function listed(cursor, signal) {
  const query = {cursor};
  const [policies, usage] = await Promise.all([
    request('GET', '/v1/rate-policies', {query, signal}),
    request('GET', '/v1/rate-usage', {query, signal}),
  ]);
  /** @type {Map<string, Usage>} */
  const used = new Map(usage.body.items.map((/** @type {Usage} */ one) => [one.policy, one]));
  return {
    nextCursor: policies.body.nextCursor,
    items: policies.body.items.map((/** @type {Policy} */ policy) => ({
      ...policy,
      usage: used.get(policy.name),
    })),
  };
}

/**
 * One policy, if there is one of that name.
 *
 * @param {string} name
 * @param {AbortSignal} [signal]
 * @returns {Promise<PolicyInUse | undefined>}
 */
export async function read(name, signal) {
  try {
    const [policy, usage] = await Promise.all([
      request('GET', path`/v1/rate-policies/${name}`, {signal}),
      request('GET', '/v1/rate-usage', {query: {policy: name}, signal}),
    ]);
    return {...policy.body, usage: usage.body.items[0]};
  } catch (e) {
    if (e instanceof ApiError && e.status === 404) {
      return undefined;
    }
    throw e;
  }
}

/** @param {Pick<Policy, 'limit' | 'windowMs'>} policy */
export function limitOf({limit, windowMs}) {
  return `${number(limit)} in ${duration(windowMs)}`;
}

/**
 * What of a policy is written: all but its name and version.
 *
 * @param {Policy} policy
 * @returns {Schemas['RatePolicyBody']}
 */
export function bodyOf({tier, endpoint, limit, windowMs, algorithm, onOutage, shadow, enabled}) {
  return {tier, endpoint, limit, windowMs, algorithm, onOutage, shadow, enabled};
}

/** @param {Schemas['RatePolicyBody'] | undefined} body */
export function textOf(body) {
  return body === undefined ? '' : JSON.stringify(body, undefined, 2);
}
