import {LitElement, html, nothing} from '../lit/lit.js';
import {ApiError} from '../api.js';
import {begin} from '../session.js';

/**
 * The way in: a dialog above whatever is shown, which stays as it is.
 *
 * @fires CustomEvent#botbot-signed-in with the session
 */
class SignIn extends LitElement {
  static properties = {
    open: {attribute: false},
    again: {attribute: false},
    refusal: {state: true},
    busy: {state: true},
    shown: {state: true},
  };

  constructor() {
    super();
    this.open = false;
    /** Whether there was a session until now. */
    this.again = false;
    /** @type {ApiError | undefined} */
    this.refusal = undefined;
    this.busy = false;
    /** Whether the key can be read. */
    this.shown = false;
  }

  createRenderRoot() {
    return this;
  }

  updated() {
    const dialog = this.querySelector('dialog');
    if (dialog === null || dialog.open === this.open) {
      return;
    }
    if (this.open) {
      dialog.showModal();
    } else {
      dialog.close();
    }
  }

  render() {
    return html`<dialog aria-labelledby="sign-in-title" @cancel=${stay} @close=${this.#closed}>
      <form @submit=${this.#submit}>
        <h2 id="sign-in-title">${this.again ? 'Sign in again' : 'Sign in'}</h2>
        ${this.again
          ? html`<p>Your session has ended. What you have not saved is still there.</p>`
          : nothing}
        <p id="sign-in-hint">
          With the API key of a client, or the administrator's. It stays in this browser until you
          sign out, close it, or eight hours have passed.
        </p>
        <label for="sign-in-key">API key</label>
        <div class="row">
          <input
            id="sign-in-key"
            type=${this.shown ? 'text' : 'password'}
            autocomplete="current-password"
            autocapitalize="none"
            spellcheck="false"
            required
            autofocus
            aria-describedby="sign-in-hint"
            aria-invalid=${this.refusal === undefined ? nothing : 'true'}
          />
          <button type="button" aria-pressed=${this.shown} @click=${() => (this.shown = !this.shown)}>
            Show
          </button>
        </div>
        <div role="alert">${this.refusal === undefined ? nothing : this.#refused(this.refusal)}</div>
        <button class="primary" ?disabled=${this.busy}>Sign in</button>
      </form>
    </dialog>`;
  }

  /** @param {ApiError} refusal */
  #refused(refusal) {
    const text = refusal.status === 401 ? 'There is no such key, or it was revoked.' : refusal.detail;
    return html`<p class="error">
      ${text}${refusal.requestId ? html` <small>Request ${refusal.requestId}</small>` : nothing}
    </p>`;
  }

  /** @param {Event} event */
  async #submit(event) {
    event.preventDefault();
    const field = this.querySelector('input');
    if (field === null || this.busy) {
      return;
    }
    this.busy = true;
    this.refusal = undefined;
    try {
      const session = await begin(field.value.trim());
      this.shown = false;
      this.dispatchEvent(new CustomEvent('botbot-signed-in', {detail: session}));
    } catch (e) {
      if (!(e instanceof ApiError)) {
        throw e;
      }
      this.refusal = e;
    } finally {
      // the key is not kept where a later user of this page could find it
      field.value = '';
      this.busy = false;
    }
  }

  #closed() {
    // a browser closes a dialog at a second Escape whatever the page says
    if (this.open) {
      this.querySelector('dialog')?.showModal();
    }
  }
}

/** @param {Event} event */
function stay(event) {
  event.preventDefault();
}

customElements.define('botbot-sign-in', SignIn);
