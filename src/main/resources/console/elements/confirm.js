import {html, nothing} from '../lit/lit.js';
import {LightElement, freshId} from './light.js';
import {refused} from './notice.js';

/**
 * The answers of a dialog that asks before something is done; for what cannot be undone a word has
 * to be typed first.
 *
 * @fires CustomEvent#botbot-confirmed
 * @fires CustomEvent#botbot-back
 */
class Confirm extends LightElement {
  static properties = {
    action: {attribute: false},
    word: {attribute: false},
    what: {attribute: false},
    busy: {attribute: false},
    refused: {attribute: false},
    typed: {state: true},
  };

  #id = freshId();

  constructor() {
    super();
    this.action = '';
    /** What has to be typed; empty for nothing. */
    this.word = '';
    /** What that is. */
    this.what = '';
    this.busy = false;
    /** Why it was in vain the last time. @type {unknown} */
    this.refused = undefined;
    this.typed = '';
  }

  firstUpdated() {
    // when the dialog was opened this was not there yet
    /** @type {HTMLElement | null} */ (this.querySelector('[autofocus]'))?.focus();
  }

  render() {
    const ready = this.typed === this.word && !this.busy;
    return html`<form @submit=${this.#submit}>
      ${this.word === ''
        ? nothing
        : html`<div class="field confirm">
            <label for=${this.#id}>To confirm, type ${this.what} <code>${this.word}</code></label>
            <input
              id=${this.#id}
              autocomplete="off"
              autocapitalize="none"
              spellcheck="false"
              autofocus
              @input=${this.#typing}
            />
          </div>`}
      ${refused(this.refused)}
      <div class="row">
        <button class="danger" ?disabled=${!ready}>${this.action}</button>
        <button type="button" ?autofocus=${this.word === ''} @click=${this.#back}>Back</button>
      </div>
    </form>`;
  }

  /** @param {InputEvent} event */
  #typing(event) {
    this.typed = /** @type {HTMLInputElement} */ (event.target).value;
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    if (this.typed === this.word && !this.busy) {
      this.dispatchEvent(new CustomEvent('botbot-confirmed'));
    }
  }

  #back() {
    this.dispatchEvent(new CustomEvent('botbot-back'));
  }
}

customElements.define('botbot-confirm', Confirm);
