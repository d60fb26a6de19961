import {html, nothing} from '../../lit/lit.js';
import {ApiError, path, request} from '../../api.js';
import {Asking} from '../../elements/asking.js';
import {elements, member, pretty} from '../../elements/json.js';
import {failure} from '../../elements/notice.js';
import {when} from '../../elements/when.js';
import '../../elements/copy.js';
import '../../elements/pager.js';

/** So many sessions a page of a download. */
const LIMIT = 200;

/**
 * What is kept of a user; it asks before it erases that.
 *
 * @extends {Asking<'erase'>}
 */
class User extends Asking {
  static properties = {
    userId: {attribute: false},
    admin: {attribute: false},
    preferences: {state: true},
    failed: {state: true},
    sessions: {state: true},
  };

  constructor() {
    super();
    this.userId = '';
    this.admin = false;
    /** @type {{text: string, version: number, updatedAt: string} | 'none' | undefined} */
    this.preferences = undefined;
    /** @type {unknown} */
    this.failed = undefined;
    /** Reads a page of the sessions. @type {((cursor: string | undefined, signal: AbortSignal) => Promise<any>) | undefined} */
    this.sessions = undefined;
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has('userId')) {
      this.notice = undefined;
      this.#load();
    }
  }

  async #load() {
    const id = this.userId;
    this.preferences = undefined;
    this.sessions = async (cursor, signal) =>
      (await request('GET', '/v1/sessions', {query: {userId: id, data: 'false', cursor}, signal})).body;
    try {
      const {body, text} = await request('GET', path`/v1/users/${id}/preferences`);
      this.preferences = {
        text: pretty(member(text, 'preferences') ?? '{}'),
        version: body.version,
        updatedAt: body.updatedAt,
      };
      this.failed = undefined;
    } catch (e) {
      const none = e instanceof ApiError && e.status === 404;
      this.preferences = none ? 'none' : undefined;
      this.failed = none ? undefined : e;
    }
  }

  render() {
    return html`<p class="trail"><a href="#/users">Users and sessions</a></p>
      <div class="head">
        <h1 class="mono">${this.userId}</h1>
        <div class="row">
          <button type="button" ?disabled=${this.busy} @click=${this.#download}>Download</button>
          ${this.admin
            ? html`<button type="button" class="danger" @click=${() => this.ask('erase')}>Erase …</button>`
            : nothing}
        </div>
      </div>
      <botbot-notice .notice=${this.notice}></botbot-notice>
      <div class="columns">
        <section class="card">${this.#kept()}</section>
        <section class="card">
          <h2>Live sessions</h2>
          <botbot-pager
            .label=${'Live sessions'}
            .load=${this.sessions}
            .head=${html`<th>Session</th>
              <th class="minor">Channel</th>
              <th>Ends</th>`}
            .row=${row}
            .none=${'There are none.'}
          ></botbot-pager>
        </section>
      </div>
      ${this.dialog()}`;
  }

  #kept() {
    const kept = this.preferences;
    if (kept === undefined || kept === 'none') {
      return html`<h2>Preferences</h2>
        ${this.failed === undefined
          ? html`<p class="none" role="status">${kept === 'none' ? 'There are none.' : 'Loading …'}</p>`
          : failure('They cannot be read.', this.failed, () => this.#load())}`;
    }
    return html`<div class="head">
        <h2>Preferences</h2>
        <botbot-copy .text=${kept.text} .what=${'the preferences'}></botbot-copy>
      </div>
      <p class="quiet">Version ${kept.version}, ${when(kept.updatedAt)}</p>
      <pre class="content" tabindex="0" role="region" aria-label="The preferences">${kept.text}</pre>`;
  }

  asked() {
    const content = html`<p>
        All sessions and preferences of this user go, and the rate counters of which it is the subject: for every
        caller at once, and within 15 minutes from the last corner of the service. It cannot be undone. Scratch
        values stay.
      </p>
      ${this.confirm('Erase', () => this.#erase(), {word: this.userId, what: "the user's id:"})}`;
    return {heading: 'Erase a user', content};
  }

  #erase() {
    return this.answer(async () => {
      const {body} = await request('DELETE', path`/v1/users/${this.userId}`);
      this.ask(undefined);
      this.notice = {
        text: `Erased: ${body.sessions} ${body.sessions === 1 ? 'session' : 'sessions'}, ${
          body.preferences === 0 ? 'no preferences' : 'the preferences'
        }, and the rate counters.`,
      };
      await this.#load();
    });
  }

  async #download() {
    this.busy = true;
    try {
      const {text, sessions} = await everything(this.userId);
      save(text, `user-${this.userId.replaceAll(/[^A-Za-z0-9._-]+/g, '_')}.json`);
      this.notice = {text: `Downloaded: the preferences and ${sessions} live sessions.`};
    } catch (e) {
      this.notice = {text: 'Nothing was downloaded.', error: e};
    } finally {
      this.busy = false;
    }
  }
}

/** @param {any} session */
function row(session) {
  return html`<tr>
    <td><a class="name" href=${`#/sessions/${encodeURIComponent(session.id)}`}>${session.id}</a></td>
    <td class="minor">${session.channel ?? nothing}</td>
    <td>${when(session.expiresAt)}</td>
  </tr>`;
}

/**
 * What is kept of a user, to the letter.
 *
 * @param {string} id
 */
async function everything(id) {
  /** @type {string[]} */
  const sessions = [];
  let preferences = '{}';
  /** @type {string | undefined} */
  let cursor;
  do {
    const {body, text} = await request('GET', path`/v1/users/${id}`, {query: {limit: LIMIT, cursor}});
    preferences = member(text, 'preferences') ?? preferences;
    sessions.push(...elements(text, 'sessions'));
    cursor = body.nextCursor;
  } while (cursor !== undefined);
  const text = `{"userId":${JSON.stringify(id)},"preferences":${preferences},"sessions":[${sessions.join(',')}]}`;
  return {text: pretty(text), sessions: sessions.length};
}

/**
 * @param {string} text
 * @param {string} name
 */
function save(text, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], {type: 'application/json'}));
  link.download = name;
  link.click();
  // the browser has taken the address by then
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

customElements.define('botbot-user', User);
