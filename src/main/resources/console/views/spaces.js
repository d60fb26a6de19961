import {html} from '../lit/lit.js';
import {path, request} from '../api.js';
import {View} from '../elements/view.js';
import {number} from '../elements/when.js';
import '../elements/confirm.js';
import '../elements/dialog.js';
import '../elements/notice.js';
import '../elements/pager.js';

/** @typedef {import('../api.js').Schemas['Space']} Space */

/** The spaces, and what is in them. */
class Spaces extends View {
  static properties = {
    erasing: {state: true},
    refused: {state: true},
    busy: {state: true},
    notice: {state: true},
  };

  constructor() {
    super();
    /** @type {Space | undefined} */
    this.erasing = undefined;
    /** @type {unknown} */
    this.refused = undefined;
    this.busy = false;
    /** @type {import('../elements/notice.js').Notice | undefined} */
    this.notice = undefined;
  }

  /** @param {string | undefined} cursor @param {AbortSignal} signal */
  load = async (cursor, signal) => (await request('GET', '/v1/spaces', {query: {cursor}, signal})).body;

  /** @param {Space} space */
  row = (space) => html`<tr>
    <td><strong>${space.name}</strong></td>
    <td class="number">${number(space.clients)}</td>
    <td class="number">${number(space.sessions)}</td>
    <td class="number">${number(space.users)}</td>
    <td class="actions">
      ${this.session?.admin
        ? html`<button type="button" class="danger" @click=${() => this.#ask(space)}>
            Erase<span class="hidden"> ${space.name}</span> …
          </button>`
        : ''}
    </td>
  </tr>`;

  render() {
    return html`<h1>Spaces</h1>
      <p class="quiet">
        A space is a world of its own. It is there as long as it has a client or holds anything; a client makes it.
      </p>
      <botbot-notice .notice=${this.notice}></botbot-notice>
      <botbot-pager
        class="card"
        .label=${'Spaces'}
        .load=${this.load}
        .head=${html`<th>Name</th>
          <th class="number">Clients</th>
          <th class="number">Sessions</th>
          <th class="number">Users</th>
          <th><span class="hidden">Action</span></th>`}
        .row=${this.row}
        .none=${'There are none yet.'}
      ></botbot-pager>
      <botbot-dialog
        .heading=${`Erase ${this.erasing?.name ?? ''}`}
        .content=${this.erasing === undefined ? undefined : this.#asked(this.erasing)}
        @botbot-close=${() => this.#ask(undefined)}
      ></botbot-dialog>`;
  }

  /** @param {Space} space */
  #asked(space) {
    return html`<p>
        Everything in it goes: sessions (${number(space.sessions)}), preferences of users (${number(space.users)}),
        agents, settings, policies and scratch values. It cannot be undone.
        ${space.clients > 0
          ? `Clients still belong to it (${number(space.clients)}): the service refuses to erase it before they are revoked.`
          : ''}
      </p>
      <botbot-confirm
        .action=${'Erase'}
        .word=${space.name}
        .what=${'its name:'}
        .busy=${this.busy}
        .refused=${this.refused}
        @botbot-confirmed=${() => this.#erase(space)}
        @botbot-back=${() => this.#ask(undefined)}
      ></botbot-confirm>`;
  }

  /** @param {Space | undefined} space */
  #ask(space) {
    this.refused = undefined;
    this.erasing = space;
  }

  /** @param {Space} space */
  async #erase({name}) {
    this.busy = true;
    try {
      await request('DELETE', path`/v1/spaces/${name}`);
      this.notice = {text: `${name} is being erased: nobody sees anything of it any more.`};
      this.#ask(undefined);
      const pager = /** @type {import('../elements/pager.js').Pager} */ (this.querySelector('botbot-pager'));
      pager.reload();
    } catch (e) {
      this.refused = e;
    } finally {
      this.busy = false;
    }
  }
}

customElements.define('botbot-spaces', Spaces);
