import {html, nothing} from '../../lit/lit.js';
import {request} from '../../api.js';
import {LightElement} from '../../elements/light.js';
import {failure} from '../../elements/notice.js';
import {duration, number} from '../../elements/when.js';
import '../../elements/notice.js';

/**
 * @typedef {import('../../api.js').Schemas['RateCheckAnswer']} Found
 * @typedef {import('../../api.js').Schemas['RatePolicyState']} State
 */

/** Tries a check, which charges nothing, and lets the counters of a subject start afresh. */
class TryCheck extends LightElement {
  static properties = {
    admin: {attribute: false},
    asked: {state: true},
    found: {state: true},
    failed: {state: true},
    notice: {state: true},
  };

  constructor() {
    super();
    this.admin = false;
    /** @type {{subject: string, tier?: string, endpoint?: string} | undefined} */
    this.asked = undefined;
    /** @type {Found | undefined} */
    this.found = undefined;
    /** @type {unknown} */
    this.failed = undefined;
    /** @type {import('../../elements/notice.js').Notice | undefined} */
    this.notice = undefined;
  }

  render() {
    return html`<section class="card">
      <h2>Try a check</h2>
      <p class="quiet">What a check of cost 1 would find. It charges nothing.</p>
      <form @submit=${this.#ask}>
        <div class="fields">
          ${field('subject', 'Subject', true)} ${field('tier', 'Tier (optional)', false)}
          ${field('endpoint', 'Endpoint (optional)', false)}
        </div>
        <button class="primary">Try</button>
      </form>
      <botbot-notice .notice=${this.notice}></botbot-notice>
      ${this.failed === undefined ? nothing : failure('The check cannot be tried.', this.failed)}
      <div role="status">${this.found === undefined ? nothing : this.#answer(this.found)}</div>
    </section>`;
  }

  /** @param {Found} found */
  #answer(found) {
    const counted = found.source === 'local' ? ' Redis is away: this instance counts alone.' : '';
    return html`<h3>
        ${found.allowed
          ? html`<span class="tag good">It would be admitted</span>`
          : html`<span class="tag bad">It would be denied</span>`}
      </h3>
      <p>
        ${found.policies.length === 0
          ? 'No policy matches: nothing limits it.'
          : found.limit === undefined
            ? 'Only shadows match: nothing limits it.'
            : found.allowed
              ? `${number(found.remaining ?? 0)} left of ${number(found.limit)} at the policy with the least.`
              : found.retryAfterMs === undefined
                ? 'It can never pass.'
                : `It would pass in ${duration(found.retryAfterMs)}.`}${counted}
      </p>
      ${found.policies.length === 0 ? nothing : this.#matching(found.policies)}
      ${this.admin && found.policies.length > 0
        ? html`<button type="button" @click=${() => this.#reset(undefined)}>
            Start all counters of ${this.asked?.subject} afresh
          </button>`
        : nothing}`;
  }

  /** @param {State[]} policies */
  #matching(policies) {
    return html`<div class="wide" role="region" aria-label="Policies that match" tabindex="0">
      <table>
        <caption class="hidden">
          Policies that match
        </caption>
        <thead>
          <tr>
            <th>Policy</th>
            <th class="number">Left</th>
            <th class="number">Limit</th>
            <th>Full again in</th>
            ${this.admin ? html`<th><span class="hidden">Action</span></th>` : nothing}
          </tr>
        </thead>
        <tbody>
          ${policies.map((policy) => this.#row(policy))}
        </tbody>
      </table>
    </div>`;
  }

  /** @param {State} policy */
  #row(policy) {
    return html`<tr>
      <td>
        ${this.admin
          ? html`<a class="name" href=${`#/policies/${encodeURIComponent(policy.name)}`}>${policy.name}</a>`
          : policy.name}
        ${policy.shadow ? html`<span class="tag warning">shadow</span>` : nothing}
      </td>
      <td class="number">${number(policy.remaining)}</td>
      <td class="number">${number(policy.limit)} in ${duration(policy.windowMs)}</td>
      <td>${policy.resetMs === 0 ? 'full' : duration(policy.resetMs)}</td>
      ${this.admin
        ? html`<td class="actions">
            <button type="button" @click=${() => this.#reset(policy.name)}>
              Start afresh<span class="hidden"> ${policy.name}</span>
            </button>
          </td>`
        : nothing}
    </tr>`;
  }

  /** @param {Event} event */
  async #ask(event) {
    event.preventDefault();
    const data = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const [subject, tier, endpoint] = ['subject', 'tier', 'endpoint'].map((name) => String(data.get(name)));
    this.notice = undefined;
    this.asked = {subject, tier: tier || undefined, endpoint: endpoint || undefined};
    await this.#peek();
  }

  async #peek() {
    try {
      this.found = (await request('GET', '/v1/rate-checks', {query: this.asked})).body;
      this.failed = undefined;
    } catch (e) {
      this.found = undefined;
      this.failed = e;
    }
  }

  /** @param {string | undefined} policy */
  async #reset(policy) {
    const subject = this.asked?.subject;
    try {
      await request('DELETE', '/v1/rate-checks', {query: {subject, policy}});
      this.notice = {
        text: `The ${policy === undefined ? 'counters' : `counter of ${policy}`} of ${subject} started afresh.`,
      };
    } catch (e) {
      this.notice = {text: 'Nothing was started afresh.', error: e};
    }
    await this.#peek();
  }
}

/**
 * @param {string} name
 * @param {string} label
 * @param {boolean} required
 */
function field(name, label, required) {
  return html`<div class="field">
    <label for=${`try-${name}`}>${label}</label>
    <input id=${`try-${name}`} name=${name} ?required=${required} autocomplete="off" spellcheck="false" />
  </div>`;
}

customElements.define('botbot-try-check', TryCheck);
