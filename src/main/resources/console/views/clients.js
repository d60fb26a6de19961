import {html, nothing} from '../lit/lit.js';
import {path, request} from '../api.js';
import {refused} from '../elements/notice.js';
import {reload} from '../elements/pager.js';
import {View} from '../elements/view.js';
import '../elements/copy.js';

/**
 * @typedef {import('../api.js').Schemas['Client']} Client
 * @typedef {{is: 'make'} | {is: 'rotate' | 'revoke', client: Client}
 *   | {is: 'key', name: string, key: string}} Question
 */

/** What each role is for. @type {[string, string][]} */
const ROLES = [
  ['frontend', 'serves bots: sessions, preferences, scratch values, checks; reads agents and settings'],
  ['admin', 'may do everything'],
  ['metrics', 'reads the metrics'],
];

/**
 * The clients, and their keys, of which each is shown once.
 *
 * @extends {View<Question>}
 */
class Clients extends View {
  /** @param {string | undefined} cursor @param {AbortSignal} signal */
  load = async (cursor, signal) => (await request('GET', '/v1/clients', {query: {cursor}, signal})).body;

  /** @param {Client} client */
  row = (client) => html`<tr>
    <td><strong>${client.name}</strong></td>
    <td>${client.roles.map((role) => html`<span class="tag">${role}</span> `)}</td>
    <td>${client.tier ?? html`<span class="quiet">–</span>`}</td>
    <td>${client.space === '*' ? 'every space' : client.space}</td>
    <td class="actions">
      <button type="button" @click=${() => this.ask({is: 'rotate', client})}>
        New key<span class="hidden"> for ${client.name}</span> …
      </button>
      <button type="button" class="danger" @click=${() => this.ask({is: 'revoke', client})}>
        Revoke<span class="hidden"> ${client.name}</span> …
      </button>
    </td>
  </tr>`;

  render() {
    return html`<div class="head">
        <h1>Clients</h1>
        <button type="button" class="primary" @click=${() => this.ask({is: 'make'})}>New client …</button>
      </div>
      <botbot-notice .notice=${this.notice}></botbot-notice>
      <botbot-pager
        class="card"
        .label=${'Clients'}
        .load=${this.load}
        .head=${html`<th>Name</th>
          <th>Roles</th>
          <th>Tier</th>
          <th>Space</th>
          <th><span class="hidden">Actions</span></th>`}
        .row=${this.row}
        .none=${'There are no clients in this space: only the administrator’s key opens it.'}
      ></botbot-pager>
      ${this.dialog()}`;
  }

  /** @param {Question} question */
  asked(question) {
    switch (question.is) {
      case 'make':
        return {heading: 'New client', content: this.#making()};
      case 'rotate':
        return {heading: `New key for ${question.client.name}`, content: this.#rotating(question.client)};
      case 'revoke':
        return {heading: `Revoke ${question.client.name}`, content: this.#revoking(question.client)};
      default:
        return {heading: `The key of ${question.name}`, content: this.#key(question.key)};
    }
  }

  #making() {
    return html`<form @submit=${(/** @type {Event} */ event) => this.#make(event)}>
      <div class="fields">
        <div class="field">
          <label for="client-name">Name</label>
          <input id="client-name" name="name" required maxlength="128" autofocus autocomplete="off" spellcheck="false" />
        </div>
        <div class="field">
          <label for="client-tier">Tier (optional)</label>
          <input id="client-tier" name="tier" autocomplete="off" spellcheck="false" />
        </div>
        ${this.session?.everywhere
          ? html`<div class="field">
              <label for="client-space">Space, or * for every one</label>
              <input
                id="client-space"
                name="space"
                required
                .value=${this.space}
                maxlength="128"
                autocomplete="off"
                spellcheck="false"
              />
            </div>`
          : nothing}
        <fieldset class="whole">
          <legend>Roles</legend>
          ${ROLES.map(
            ([role, what]) => html`<label class="choice">
              <input type="checkbox" name="roles" value=${role} ?checked=${role === 'frontend'} />
              <span><strong>${role}</strong> ${what}</span>
            </label>`,
          )}
        </fieldset>
      </div>
      ${refused(this.refused)}
      <div class="row">
        <button class="primary" ?disabled=${this.busy}>Make it</button>
        <button type="button" @click=${() => this.ask(undefined)}>Back</button>
      </div>
    </form>`;
  }

  /** @param {Client} client */
  #rotating(client) {
    return html`<form @submit=${(/** @type {Event} */ event) => this.#rotate(event, client)}>
      <div class="field">
        <label for="client-grace">The old key works on for so many seconds</label>
        <input
          id="client-grace"
          name="grace"
          type="number"
          required
          min="0"
          max="2592000"
          .value=${'0'}
          autofocus
          aria-describedby="client-grace-hint"
        />
        <small id="client-grace-hint">0 ends it at once: elsewhere within a second.</small>
      </div>
      <p></p>
      ${refused(this.refused)}
      <div class="row">
        <button class="primary" ?disabled=${this.busy}>Make a new key</button>
        <button type="button" @click=${() => this.ask(undefined)}>Back</button>
      </div>
    </form>`;
  }

  /** @param {Client} client */
  #revoking(client) {
    return html`<p>Whoever holds its key is refused everywhere within a second. It cannot be undone.</p>
      ${this.confirm('Revoke', () => this.#revoke(client), {word: client.name, what: 'its name:'})}`;
  }

  /** @param {string} key */
  #key(key) {
    return html`<p>It is shown this once: only a hash of it is kept. Copy it to where it is needed now.</p>
      <pre class="content key" tabindex="0" role="region" aria-label="The key">${key}</pre>
      <div class="row">
        <botbot-copy .text=${key} .what=${'the key'}></botbot-copy>
        <button type="button" class="primary" @click=${() => this.ask(undefined)}>I have it</button>
      </div>`;
  }

  /** @param {Event} event */
  #make(event) {
    event.preventDefault();
    const data = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const name = String(data.get('name')).trim();
    const body = {
      name,
      roles: data.getAll('roles'),
      tier: String(data.get('tier')) || undefined,
      space: data.has('space') ? String(data.get('space')) : undefined,
    };
    this.#do(async () => {
      const made = await request('POST', '/v1/clients', {body});
      this.notice = {text: `${name} is made.`};
      this.ask({is: 'key', name, key: made.body.key});
    });
  }

  /**
   * @param {Event} event
   * @param {Client} client
   */
  #rotate(event, {name}) {
    event.preventDefault();
    const data = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const graceSeconds = Number(data.get('grace'));
    this.#do(async () => {
      const {body} = await request('POST', path`/v1/clients/${name}/rotate`, {body: {graceSeconds}});
      this.notice = {
        text: `${name} has a new key; the old one ${graceSeconds === 0 ? 'has ended' : `works on for ${graceSeconds} seconds`}.`,
      };
      this.ask({is: 'key', name, key: body.key});
    });
  }

  /** @param {Client} client */
  #revoke({name}) {
    this.#do(async () => {
      await request('DELETE', path`/v1/clients/${name}`);
      this.notice = {text: `${name} is revoked.`};
      this.ask(undefined);
    });
  }

  /** @param {() => Promise<void>} run */
  #do(run) {
    return this.answer(async () => {
      await run();
      reload(this);
    });
  }
}

customElements.define('botbot-clients', Clients);
