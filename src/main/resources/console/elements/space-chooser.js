import {LitElement, html} from '../lit/lit.js';
import {ApiError, request} from '../api.js';

/**
 * Which space the console works in, for those who may work in every one. A space that is not in the
 * list yet may be named too.
 *
 * @fires CustomEvent#botbot-space with its name
 */
class SpaceChooser extends LitElement {
  static properties = {
    space: {attribute: false},
    names: {state: true},
    fault: {state: true},
  };

  constructor() {
    super();
    this.space = '';
    /** @type {string[]} */
    this.names = [];
    this.fault = '';
  }

  createRenderRoot() {
    return this;
  }

  render() {
    return html`<form class="space" @submit=${this.#submit}>
      <label for="space">Space</label>
      <input
        id="space"
        list="spaces"
        required
        maxlength="128"
        pattern="[A-Za-z0-9._:@\\-]+"
        title="Letters, digits and . _ : @ -"
        autocomplete="off"
        autocapitalize="none"
        spellcheck="false"
        .value=${this.space}
        @focus=${this.#look}
        @change=${this.#changed}
      />
      <datalist id="spaces">${this.names.map((name) => html`<option value=${name}></option>`)}</datalist>
      <span role="status" class="fault">${this.fault}</span>
    </form>`;
  }

  async #look() {
    try {
      const {body} = await request('GET', '/v1/spaces', {query: {limit: 200}});
      this.names = body.items.map((/** @type {{name: string}} */ item) => item.name);
      this.fault = '';
    } catch (e) {
      if (!(e instanceof ApiError)) {
        throw e;
      }
      // it can be typed all the same
      this.fault = e.status === 503 ? 'The list of spaces is not available at the moment.' : '';
    }
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    this.querySelector('input')?.blur();
  }

  /** @param {Event & {target: HTMLInputElement}} event */
  #changed({target}) {
    if (!target.reportValidity()) {
      return;
    }
    this.dispatchEvent(new CustomEvent('botbot-space', {detail: target.value}));
    // where it was not taken
    target.value = this.space;
    this.requestUpdate();
  }
}

customElements.define('botbot-space-chooser', SpaceChooser);
