import {html, nothing} from '../lit/lit.js';
import {ApiError, path, request} from '../api.js';
import {pretty} from '../elements/json.js';
import {failure} from '../elements/notice.js';
import {View} from '../elements/view.js';
import {when} from '../elements/when.js';
import '../elements/copy.js';
import '../elements/pager.js';

/**
 * @typedef {object} Value
 * @property {string} raw
 * @property {string} text the same over several lines
 * @property {string} etag
 * @property {Date} expires
 */

/** Temporary data: the keys of a namespace, and one value. */
class Scratch extends View {
  static properties = {
    load: {state: true},
    value: {state: true},
    failed: {state: true},
  };

  constructor() {
    super();
    /** @type {((cursor: string | undefined, signal: AbortSignal) => Promise<any>) | undefined} */
    this.load = undefined;
    /** The value that is shown; nothing while it loads. @type {Value | 'none' | undefined} */
    this.value = undefined;
    /** @type {unknown} */
    this.failed = undefined;
  }

  get namespace() {
    return this.path[0] ?? '';
  }

  get key() {
    return this.path[1] ?? '';
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    const before = /** @type {string[] | undefined} */ (changed.get('path'));
    if (!changed.has('path') || (before !== undefined && before.join('/') === this.path.join('/'))) {
      return;
    }
    this.notice = undefined;
    this.value = undefined;
    this.failed = undefined;
    const namespace = this.namespace;
    this.load = async (cursor, signal) =>
      (await request('GET', path`/v1/scratch/${namespace}`, {query: {cursor}, signal})).body;
    if (this.key !== '') {
      this.#read();
    }
  }

  render() {
    if (this.key !== '') {
      return this.#one();
    }
    return html`<h1>Scratch</h1>
      <form class="field tools" @submit=${open}>
        <label for="namespace">Namespace</label>
        <div class="joined">
          <input
            id="namespace"
            name="namespace"
            required
            maxlength="128"
            .value=${this.namespace}
            autocomplete="off"
            spellcheck="false"
          />
          <button class="primary">Look up</button>
        </div>
      </form>
      <botbot-notice .notice=${this.notice}></botbot-notice>
      ${this.namespace === ''
        ? html`<p class="quiet">Temporary values are kept by namespace and key, until they expire.</p>`
        : html`<botbot-pager
            class="card"
            .label=${`Keys of ${this.namespace}`}
            .load=${this.load}
            .head=${html`<th>Key</th>
              <th>Expires</th>`}
            .row=${(/** @type {any} */ item) => this.#row(item)}
            .none=${`Nothing is kept in ${this.namespace}.`}
          ></botbot-pager>`}`;
  }

  /** @param {{key: string, expiresAt: string}} item */
  #row({key, expiresAt}) {
    return html`<tr>
      <td><a class="name" href=${place(this.namespace, key)}>${key}</a></td>
      <td>${when(expiresAt)}</td>
    </tr>`;
  }

  #one() {
    return html`<p class="trail">
        <a href="#/scratch">Scratch</a> /
        <a href=${`#/scratch/${encodeURIComponent(this.namespace)}`}>${this.namespace}</a>
      </p>
      <div class="head">
        <h1 class="mono">${this.key}</h1>
        ${typeof this.value === 'object' && this.session?.admin
          ? html`<button type="button" class="danger" @click=${this.#delete}>Delete</button>`
          : nothing}
      </div>
      <botbot-notice .notice=${this.notice}></botbot-notice>
      ${this.failed === undefined
        ? this.value === undefined
          ? html`<p role="status">Loading …</p>`
          : this.value === 'none'
            ? html`<p class="card none">There is nothing of this key: it has expired, was taken, or never was.</p>`
            : shown(this.value)
        : failure('The value cannot be read.', this.failed, () => this.#read())}`;
  }

  async #read() {
    try {
      const {text, etag = '', headers} = await request('GET', path`/v1/scratch/${this.namespace}/${this.key}`);
      this.value = {raw: text, text: pretty(text), etag, expires: new Date(headers.get('Expires') ?? 0)};
      this.failed = undefined;
    } catch (e) {
      const none = e instanceof ApiError && e.status === 404;
      this.value = none ? 'none' : undefined;
      this.failed = none ? undefined : e;
    }
  }

  async #delete() {
    const before = /** @type {Value} */ (this.value);
    const [namespace, key] = this.path;
    try {
      await request('DELETE', path`/v1/scratch/${namespace}/${key}`, {headers: {'If-Match': before.etag}});
      this.value = 'none';
      this.notice = {
        text: `${key} is deleted.`,
        action: {label: 'Undo', run: () => this.#bringBack(before)},
      };
    } catch (e) {
      this.notice = {text: 'It was not deleted.', error: e};
      this.#read();
    }
  }

  /** @param {Value} before */
  async #bringBack(before) {
    const left = Math.ceil((before.expires.getTime() - Date.now()) / 1000);
    try {
      await request('PUT', path`/v1/scratch/${this.namespace}/${this.key}`, {
        json: before.raw,
        headers: {'If-None-Match': '*'},
        query: {ttlSeconds: Math.max(1, left)},
      });
      this.notice = {text: 'Undone: it expires when it would have.'};
    } catch (e) {
      this.notice = {text: 'It could not be brought back.', error: e};
    }
    this.#read();
  }
}

/** @param {Value} value */
function shown({text, expires}) {
  return html`<section class="card">
    <div class="head">
      <h2>Value</h2>
      <botbot-copy .text=${text} .what=${'the value'}></botbot-copy>
    </div>
    <p class="quiet">Expires ${when(expires.toISOString())}</p>
    <pre class="content" tabindex="0" role="region" aria-label="The value">${text}</pre>
  </section>`;
}

/** @param {Event} event */
function open(event) {
  event.preventDefault();
  const data = new FormData(/** @type {HTMLFormElement} */ (event.target));
  location.hash = `#/scratch/${encodeURIComponent(String(data.get('namespace')).trim())}`;
}

/**
 * @param {string} namespace
 * @param {string} key
 */
function place(namespace, key) {
  return `#/scratch/${encodeURIComponent(namespace)}/${encodeURIComponent(key)}`;
}

customElements.define('botbot-scratch', Scratch);
