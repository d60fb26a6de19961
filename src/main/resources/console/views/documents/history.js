import {live} from '../../lit/directives/live.js';
import {html, nothing} from '../../lit/lit.js';
import {request} from '../../api.js';
import {elements, member} from '../../elements/json.js';
import {LightElement} from '../../elements/light.js';
import {when} from '../../elements/when.js';
import {shown} from './reading.js';
import '../../elements/difference.js';
import '../../elements/pager.js';

/** Versions carry their contents: a page of them is short. */
const LIMIT = 10;

/**
 * @typedef {object} Past
 * @property {number} version
 * @property {string} updatedAt
 * @property {string} updatedBy
 * @property {string} [deletedAt]
 * @property {string} [deletedBy]
 * @property {string} raw as the service sent it
 */

/**
 * Every version of a document, any two of them compared.
 *
 * @fires CustomEvent#botbot-rollback with the version that is to be in force again
 */
class DocumentHistory extends LightElement {
  static properties = {
    kind: {attribute: false},
    name: {attribute: false},
    current: {attribute: false},
    older: {state: true},
    newer: {state: true},
  };

  constructor() {
    super();
    /** @type {import('../documents.js').Kind | undefined} */
    this.kind = undefined;
    this.name = '';
    /** The number of the version in force, if one is. @type {number | undefined} */
    this.current = undefined;
    /** @type {Past | undefined} */
    this.older = undefined;
    /** @type {Past | undefined} */
    this.newer = undefined;
    /** @type {((cursor: string | undefined, signal: AbortSignal) => Promise<any>) | undefined} */
    this.load = undefined;
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has('name') || changed.has('current')) {
      this.older = undefined;
      this.newer = undefined;
      this.load = (cursor, signal) => this.#read(cursor, signal);
    }
  }

  /**
   * @param {string | undefined} cursor
   * @param {AbortSignal} signal
   */
  async #read(cursor, signal) {
    const where = `${this.kind?.one(this.name)}/versions`;
    const {body, text} = await request('GET', where, {query: {limit: LIMIT, cursor}, signal});
    const raw = elements(text, 'items');
    /** @type {Past[]} */
    const items = body.items.map((/** @type {any} */ item, /** @type {number} */ i) => ({
      version: item.version,
      updatedAt: item.updatedAt,
      updatedBy: item.updatedBy,
      deletedAt: item.deletedAt,
      deletedBy: item.deletedBy,
      raw: raw[i],
    }));
    if (cursor === undefined && this.newer === undefined && items.length > 1) {
      [this.newer, this.older] = items;
    }
    return {items, nextCursor: body.nextCursor};
  }

  render() {
    return html`<h2>History</h2>
      <botbot-pager
        .label=${`Versions of ${this.name}`}
        .load=${this.load}
        .head=${html`<th>From</th>
          <th>To</th>
          <th>Version</th>`}
        .row=${(/** @type {Past} */ past) => this.#row(past)}
      ></botbot-pager>
      ${this.older === undefined || this.newer === undefined
        ? nothing
        : this.#compared(this.older, this.newer)}`;
  }

  /** @param {Past} past */
  #row(past) {
    const inForce = past.version === this.current;
    return html`<tr>
      <td>
        <input
          type="radio"
          name="older"
          aria-label=${`Compare from version ${past.version}`}
          .checked=${live(this.older?.version === past.version)}
          @change=${() => (this.older = past)}
        />
      </td>
      <td>
        <input
          type="radio"
          name="newer"
          aria-label=${`Compare to version ${past.version}`}
          .checked=${live(this.newer?.version === past.version)}
          @change=${() => (this.newer = past)}
        />
      </td>
      <td>
        <div class="version">
          <div>
            <strong>${past.version}</strong> ${inForce ? html`<span class="tag good">in force</span>` : nothing}
            <div>${when(past.updatedAt)} <span class="by">${past.updatedBy}</span></div>
            ${past.deletedAt === undefined
              ? nothing
              : html`<div class="quiet">Deleted ${when(past.deletedAt)} by ${past.deletedBy}</div>`}
          </div>
          ${inForce
            ? nothing
            : html`<button type="button" @click=${() => this.#rollback(past)}>
                Roll back<span class="hidden"> to version ${past.version}</span> …
              </button>`}
        </div>
      </td>
    </tr>`;
  }

  /**
   * @param {Past} older
   * @param {Past} newer
   */
  #compared(older, newer) {
    const schemas = [older, newer].map((past) => shown(member(past.raw, 'schema')));
    return html`<h3>From version ${older.version} to version ${newer.version}</h3>
      <botbot-difference
        .label=${`From version ${older.version} to version ${newer.version}`}
        .from=${this.#content(older)}
        .to=${this.#content(newer)}
      ></botbot-difference>
      ${schemas[0] === schemas[1]
        ? nothing
        : html`<h3>Their schemas</h3>
            <botbot-difference
              .label=${'From one schema to the other'}
              .from=${schemas[0]}
              .to=${schemas[1]}
            ></botbot-difference>`}`;
  }

  /** @param {Past} past */
  #content(past) {
    return shown(member(past.raw, this.kind?.field ?? ''));
  }

  /** @param {Past} past */
  #rollback(past) {
    const detail = {version: past.version, text: this.#content(past)};
    this.dispatchEvent(new CustomEvent('botbot-rollback', {detail}));
  }
}

customElements.define('botbot-document-history', DocumentHistory);
