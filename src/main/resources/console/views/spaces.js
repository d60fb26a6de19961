import {html} from '../lit/lit.js';
import {path, request} from '../api.js';
import {reload} from '../elements/pager.js';
import {View} from '../elements/view.js';
import {number} from '../elements/when.js';

/** @typedef {import('../api.js').Schemas['Space']} Space */

/**
 * The spaces, and what is in them.
 *
 * @extends {View<Space>}
 */
class Spaces extends View {
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
        ? html`<button type="button" class="danger" @click=${() => this.ask(space)}>
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
      ${this.dialog()}`;
  }

  /** @param {Space} space */
  asked(space) {
    const content = html`<p>
        Everything in it goes: sessions (${number(space.sessions)}), preferences of users (${number(space.users)}),
        agents, settings, policies and scratch values. It cannot be undone.
        ${space.clients > 0
          ? `Clients still belong to it (${number(space.clients)}): the service refuses to erase it before they are revoked.`
          : ''}
      </p>
      ${this.confirm('Erase', () => this.#erase(space), {word: space.name, what: 'its name:'})}`;
    return {heading: `Erase ${space.name}`, content};
  }

  /** @param {Space} space */
  #erase({name}) {
    return this.answer(async () => {
      await request('DELETE', path`/v1/spaces/${name}`);
      this.notice = {text: `${name} is being erased: nobody sees anything of it any more.`};
      this.ask(undefined);
      reload(this);
    });
  }
}

customElements.define('botbot-spaces', Spaces);
