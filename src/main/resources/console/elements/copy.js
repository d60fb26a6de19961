import {html} from '../lit/lit.js';
import {LightElement} from './light.js';

/** How long it says that it has copied. */
const SAID_MS = 2000;

/** A button that copies a text. */
class Copy extends LightElement {
  static properties = {text: {attribute: false}, what: {attribute: false}, said: {state: true}};

  constructor() {
    super();
    this.text = '';
    /** What is copied, for those who cannot see beside what the button stands. */
    this.what = '';
    this.said = '';
  }

  render() {
    return html`<button type="button" @click=${this.#copy}>
        Copy<span class="hidden">${this.what === '' ? '' : ` ${this.what}`}</span>
      </button>
      <small role="status">${this.said}</small>`;
  }

  async #copy() {
    try {
      await navigator.clipboard.writeText(this.text);
      this.said = 'Copied';
    } catch {
      // not asked for by a gesture, or forbidden by a policy
      this.said = 'The browser does not let the page copy';
    }
    setTimeout(() => (this.said = ''), SAID_MS);
  }
}

customElements.define('botbot-copy', Copy);
