import {html, nothing} from '../lit/lit.js';
import {LightElement, freshId} from './light.js';

/**
 * A modal dialog. It is open while it has content, and says `botbot-close` when the user is done
 * with it; whoever opened it then takes the content away. Listeners in the content are functions of
 * their own: lit would call a method on the dialog.
 *
 * @fires CustomEvent#botbot-close
 */
class Dialog extends LightElement {
  static properties = {
    heading: {attribute: false},
    content: {attribute: false},
    wide: {attribute: false},
  };

  #id = freshId();

  constructor() {
    super();
    this.heading = '';
    /** @type {unknown} */
    this.content = undefined;
    /** Whether it takes the width that there is. */
    this.wide = false;
  }

  render() {
    return html`<dialog
      class=${this.wide ? 'widest' : nothing}
      aria-labelledby=${this.#id}
      @cancel=${this.#cancelled}
      @close=${this.#closed}
    >
      ${this.content === undefined
        ? nothing
        : html`<div class="dialog-head">
              <h2 id=${this.#id}>${this.heading}</h2>
              <button type="button" class="close" aria-label="Close" @click=${this.#done}>✕</button>
            </div>
            ${this.content}`}
    </dialog>`;
  }

  updated() {
    const dialog = this.querySelector('dialog');
    const open = this.content !== undefined;
    if (dialog === null || dialog.open === open) {
      return;
    }
    if (open) {
      dialog.showModal();
      /** @type {HTMLElement | null} */ (dialog.querySelector('[autofocus]'))?.focus();
    } else {
      dialog.close();
    }
  }

  /** @param {Event} event */
  #cancelled(event) {
    event.preventDefault();
    this.#done();
  }

  /** @param {Event} event told late: it may be open again */
  #closed(event) {
    // a browser closes it at a second Escape whatever the page says
    if (this.content !== undefined && !(/** @type {HTMLDialogElement} */ (event.target).open)) {
      this.#done();
    }
  }

  #done() {
    this.dispatchEvent(new CustomEvent('botbot-close'));
  }
}

customElements.define('botbot-dialog', Dialog);
