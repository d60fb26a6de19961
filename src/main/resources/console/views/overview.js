import {LitElement, html, nothing} from '../lit/lit.js';
import {ApiError, request} from '../api.js';

/**
 * @typedef {import('../session.js').Session} Session
 * @typedef {import('../../../../client/src/openapi.js').components['schemas']['Status']} Status
 */

const PERIOD_MS = 1000;

/** How this instance is: live, once a second. */
class Overview extends LitElement {
  static properties = {
    session: {attribute: false},
    space: {attribute: false},
    path: {attribute: false},
    status: {state: true},
    fault: {state: true},
  };

  constructor() {
    super();
    /** @type {Session | undefined} */
    this.session = undefined;
    this.space = '';
    /** @type {string[]} */
    this.path = [];
    /** @type {Status | undefined} */
    this.status = undefined;
    /** @type {ApiError | undefined} */
    this.fault = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#look();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  async #look() {
    try {
      if (this.session?.admin) {
        const {body} = await request('GET', '/v1/status');
        this.status = body;
      }
      this.fault = undefined;
    } catch (e) {
      if (!(e instanceof ApiError)) {
        throw e;
      }
      this.fault = e;
    }
    if (this.isConnected) {
      this.timer = setTimeout(() => this.#look(), PERIOD_MS);
    }
  }

  render() {
    return html`<h1>Overview</h1>
      ${this.fault === undefined ? nothing : html`<p class="error" role="alert">${this.fault.detail}</p>`}
      ${this.status === undefined ? nothing : this.#shown(this.status)}`;
  }

  /** @param {Status} status */
  #shown(status) {
    return html`<p>Mode <strong>${status.mode}</strong> since ${status.since}. ${status.redis.cause}</p>`;
  }
}

customElements.define('botbot-overview', Overview);
