import {html, nothing} from '../../lit/lit.js';
import {request} from '../../api.js';
import {LightElement} from '../../elements/light.js';
import {when} from '../../elements/when.js';
import '../../elements/pager.js';

/** How long after a key is pressed the list is read. */
const PAUSE_MS = 200;

/** The documents of a kind, by name. */
class DocumentList extends LightElement {
  static properties = {
    kind: {attribute: false},
    admin: {attribute: false},
    prefix: {state: true},
  };

  constructor() {
    super();
    /** @type {import('../documents.js').Kind | undefined} */
    this.kind = undefined;
    this.admin = false;
    this.prefix = '';
    this.pause = 0;
    this.load = this.#reading('');
  }

  render() {
    const kind = this.kind;
    if (kind === undefined) {
      return nothing;
    }
    return html`<div class="head">
        <h1>${kind.title}</h1>
      </div>
      <div class="tools">
        <form role="search" class="field grow" @submit=${this.#find}>
          <label for="prefix">Find by the beginning of the name</label>
          <input id="prefix" type="search" autocomplete="off" spellcheck="false" @input=${this.#typed} />
        </form>
        ${this.admin
          ? html`<form class="field" @submit=${this.#make}>
              <label for="new-name">New ${kind.noun}</label>
              <div class="joined">
                <input id="new-name" required maxlength="128" autocomplete="off" spellcheck="false" />
                <button>Begin</button>
              </div>
            </form>`
          : nothing}
      </div>
      <botbot-pager
        class="card"
        .label=${kind.title}
        .load=${this.load}
        .head=${html`<th>Name</th>
          <th class="number minor">Version</th>
          <th>Changed</th>
          <th class="minor">By</th>`}
        .row=${(/** @type {any} */ item) => this.#row(kind, item)}
        .none=${this.prefix === ''
          ? `There are no ${kind.title.toLowerCase()} in this space yet.`
          : `No name begins with “${this.prefix}”.`}
      ></botbot-pager>`;
  }

  /**
   * @param {import('../documents.js').Kind} kind
   * @param {any} item
   */
  #row(kind, item) {
    const name = item[kind.id];
    return html`<tr>
      <td><a class="name" href=${`#/${kind.view}/${encodeURIComponent(name)}`}>${name}</a></td>
      <td class="number minor">${item.version}</td>
      <td>${when(item.updatedAt)}</td>
      <td class="minor">${item.updatedBy}</td>
    </tr>`;
  }

  /** @param {string} prefix */
  #reading(prefix) {
    return async (/** @type {string | undefined} */ cursor, /** @type {AbortSignal} */ signal) => {
      const query = {prefix: prefix === '' ? undefined : prefix, cursor};
      return (await request('GET', this.kind?.list ?? '', {query, signal})).body;
    };
  }

  /** @param {InputEvent} event */
  #typed(event) {
    const prefix = /** @type {HTMLInputElement} */ (event.target).value.trim();
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.#search(prefix), PAUSE_MS);
  }

  /** @param {Event} event */
  #find(event) {
    event.preventDefault();
    clearTimeout(this.pause);
    this.#search(this.#value('#prefix'));
  }

  /** @param {string} prefix */
  #search(prefix) {
    if (prefix !== this.prefix) {
      this.prefix = prefix;
      this.load = this.#reading(prefix);
    }
  }

  /** @param {Event} event */
  #make(event) {
    event.preventDefault();
    location.hash = `#/${this.kind?.view}/${encodeURIComponent(this.#value('#new-name'))}`;
  }

  /** @param {string} selector */
  #value(selector) {
    return /** @type {HTMLInputElement} */ (this.querySelector(selector)).value.trim();
  }
}

customElements.define('botbot-document-list', DocumentList);
