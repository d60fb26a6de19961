import {html, nothing} from '../lit/lit.js';
import {ApiError} from '../api.js';
import {LightElement} from './light.js';

/**
 * What an action did, or why it did not.
 *
 * @typedef {object} Notice
 * @property {string} text
 * @property {unknown} [error] what was thrown, if it failed
 * @property {{label: string, run: () => unknown}} [action] what undoes it, or the like
 */

/** Shows the last notice, and reads it out. */
class NoticeElement extends LightElement {
  static properties = {notice: {attribute: false}};

  constructor() {
    super();
    /** @type {Notice | undefined} */
    this.notice = undefined;
  }

  render() {
    const failed = this.notice?.error !== undefined;
    // both regions are there before anything is said in them, or nobody would hear it
    return html`<div role="status">${this.notice && !failed ? this.#shown(this.notice) : nothing}</div>
      <div role="alert">${this.notice && failed ? this.#shown(this.notice) : nothing}</div>`;
  }

  /** @param {Notice} notice */
  #shown(notice) {
    const failed = notice.error !== undefined;
    return html`<div class=${failed ? 'notice failed' : 'notice'}>
      <div class="grow">
        <p>${notice.text}</p>
        ${failed ? refusal(notice.error) : nothing}
      </div>
      ${notice.action === undefined
        ? nothing
        : html`<button type="button" @click=${() => notice.action?.run()}>${notice.action.label}</button>`}
      <button type="button" class="close" aria-label="Dismiss" @click=${this.#dismiss}>✕</button>
    </div>`;
  }

  #dismiss() {
    this.notice = undefined;
  }
}

/**
 * What is known of an error: the problem's detail, what it says of fields, and the request's id.
 *
 * @param {unknown} error
 */
export function refusal(error) {
  if (!(error instanceof ApiError)) {
    return html`<p>${String(error)}</p>`;
  }
  return html`<p>${error.detail}</p>
    ${error.violations.length === 0
      ? nothing
      : html`<ul>
          ${error.violations.map((one) => html`<li><code>${one.field}</code> ${one.message}</li>`)}
        </ul>`}
    ${error.requestId === undefined
      ? nothing
      : html`<p><small>Request <code>${error.requestId}</code></small></p>`}`;
}

/**
 * Where it is said why what was asked for was in vain. It is there before, or nobody would hear it.
 *
 * @param {unknown} error undefined for none
 */
export function refused(error) {
  return html`<div role="alert">
    ${error === undefined ? nothing : html`<div class="error">${refusal(error)}</div>`}
  </div>`;
}

/**
 * An error where something should be.
 *
 * @param {string} text
 * @param {unknown} error
 * @param {(() => unknown)} [again]
 */
export function failure(text, error, again) {
  return html`<div class="error" role="alert">
    <p><strong>${text}</strong></p>
    ${refusal(error)}
    ${again === undefined ? nothing : html`<button type="button" @click=${again}>Try again</button>`}
  </div>`;
}

customElements.define('botbot-notice', NoticeElement);
