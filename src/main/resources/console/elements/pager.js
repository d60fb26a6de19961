import {html, nothing} from '../lit/lit.js';
import {LightElement} from './light.js';
import {failure} from './notice.js';

/**
 * @template T
 * @typedef {{items: T[], nextCursor?: string}} Page
 */

/**
 * A list that is read page by page, so that one of a hundred thousand entries is as fast as one of
 * ten. It begins anew when what reads it is replaced.
 */
export class Pager extends LightElement {
  static properties = {
    load: {attribute: false},
    head: {attribute: false},
    row: {attribute: false},
    none: {attribute: false},
    label: {attribute: false},
    page: {state: true},
    error: {state: true},
    busy: {state: true},
  };

  constructor() {
    super();
    /** @type {((cursor: string | undefined, signal: AbortSignal) => Promise<Page<any>>) | undefined} */
    this.load = undefined;
    /** The cells of the head. @type {unknown} */
    this.head = nothing;
    /** A row of the table. @type {(item: any) => unknown} */
    this.row = () => nothing;
    /** What is said of an empty list. @type {unknown} */
    this.none = 'Nothing is here.';
    this.label = '';
    /** @type {Page<any> | undefined} */
    this.page = undefined;
    /** @type {unknown} */
    this.error = undefined;
    this.busy = false;
    /** The cursors of the pages up to this one. @type {(string | undefined)[]} */
    this.cursors = [undefined];
    this.abort = new AbortController();
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has('load') && this.load !== undefined) {
      this.cursors = [undefined];
      this.reload();
    }
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.abort.abort();
  }

  /** Reads the page again that is shown. */
  async reload() {
    this.abort.abort();
    const abort = new AbortController();
    this.abort = abort;
    this.busy = true;
    try {
      const page = await this.load?.(this.cursors.at(-1), abort.signal);
      if (!abort.signal.aborted) {
        this.page = page;
        this.error = undefined;
      }
    } catch (e) {
      if (!abort.signal.aborted) {
        this.error = e;
      }
    } finally {
      if (this.abort === abort) {
        this.busy = false;
      }
    }
  }

  render() {
    return html`<div aria-busy=${this.busy}>
      ${this.error === undefined
        ? nothing
        : failure('The list cannot be read.', this.error, () => this.reload())}
      ${this.page === undefined
        ? this.error === undefined
          ? html`<p class="quiet" role="status">Loading …</p>`
          : nothing
        : this.#shown(this.page)}
    </div>`;
  }

  /** @param {Page<any>} page */
  #shown(page) {
    return html`${page.items.length === 0
      ? html`<p class="none">${this.none}</p>`
      : html`<div class="wide" role="region" aria-label=${this.label} tabindex="0">
          <table>
            <caption class="hidden">
              ${this.label}
            </caption>
            <thead>
              <tr>
                ${this.head}
              </tr>
            </thead>
            <tbody>
              ${page.items.map(this.row)}
            </tbody>
          </table>
        </div>`}
    ${this.cursors.length === 1 && page.nextCursor === undefined ? nothing : this.#pages(page)}`;
  }

  /** @param {Page<any>} page */
  #pages(page) {
    return html`<div class="row pages" role="group" aria-label=${`Pages of ${this.label}`}>
      <button type="button" aria-disabled=${this.cursors.length === 1} @click=${this.#back}>
        Previous
      </button>
      <button
        type="button"
        aria-disabled=${page.nextCursor === undefined}
        @click=${() => this.#on(page.nextCursor)}
      >
        Next
      </button>
      <span class="quiet" role="status">Page ${this.cursors.length}</span>
    </div>`;
  }

  /** @param {string | undefined} cursor */
  #on(cursor) {
    // the buttons are never disabled, or one would lose the focus while it is used
    if (cursor !== undefined && !this.busy) {
      this.cursors = [...this.cursors, cursor];
      this.reload();
    }
  }

  #back() {
    if (this.cursors.length > 1 && !this.busy) {
      this.cursors = this.cursors.slice(0, -1);
      this.reload();
    }
  }
}

/**
 * Reads the list of an element again.
 *
 * @param {Element} element
 */
export function reload(element) {
  /** @type {Pager} */ (element.querySelector('botbot-pager')).reload();
}

customElements.define('botbot-pager', Pager);
