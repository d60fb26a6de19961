import {html, nothing} from '../lit/lit.js';
import {ApiError, path, request} from '../api.js';
import {member, pretty} from '../elements/json.js';
import {failure} from '../elements/notice.js';
import {View} from '../elements/view.js';
import {duration, when} from '../elements/when.js';
import '../elements/copy.js';

/**
 * @typedef {object} Shown
 * @property {import('../api.js').Schemas['Session']} session
 * @property {string} raw as the service sent it
 * @property {string} etag
 */

/**
 * One session; it asks before it ends that.
 *
 * @extends {View<'end'>}
 */
class Sessions extends View {
  static properties = {
    shown: {state: true},
    loaded: {state: true},
    failed: {state: true},
  };

  constructor() {
    super();
    /** @type {Shown | undefined} */
    this.shown = undefined;
    this.loaded = false;
    /** @type {unknown} */
    this.failed = undefined;
    this.timer = 0;
    this.shownId = '';
  }

  connectedCallback() {
    super.connectedCallback();
    // for the time that is left
    this.timer = setInterval(() => this.requestUpdate(), 1000);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  willUpdate() {
    const [id = ''] = this.path;
    if (id !== this.shownId) {
      this.shownId = id;
      this.shown = undefined;
      this.loaded = false;
      this.notice = undefined;
      if (id === '') {
        location.hash = '#/users';
      } else {
        this.#load();
      }
    }
  }

  async #load() {
    try {
      this.#take(await request('GET', path`/v1/sessions/${this.shownId}`));
      this.failed = undefined;
      this.loaded = true;
    } catch (e) {
      const none = e instanceof ApiError && e.status === 404;
      this.shown = undefined;
      this.loaded = none;
      this.failed = none ? undefined : e;
    }
  }

  /** @param {import('../api.js').Answer<any>} answer */
  #take({body, text, etag = ''}) {
    this.shown = {session: body, raw: text, etag};
  }

  render() {
    return html`<p class="trail"><a href="#/users">Users and sessions</a></p>
      <div class="head">
        <h1 class="mono">${this.shownId}</h1>
        <div class="row">
          <button type="button" @click=${this.#load}>Read again</button>
          ${this.shown !== undefined && this.session?.admin
            ? html`<button type="button" class="danger" @click=${() => this.ask('end')}>End …</button>`
            : nothing}
        </div>
      </div>
      <botbot-notice .notice=${this.notice}></botbot-notice>
      ${this.failed === undefined
        ? nothing
        : failure('The session cannot be read.', this.failed, () => this.#load())}
      ${this.shown !== undefined
        ? this.#shown(this.shown)
        : this.loaded
          ? html`<p class="card none">There is no live session of this id: it has ended, or never was.</p>`
          : this.failed === undefined
            ? html`<p role="status">Loading …</p>`
            : nothing}
      ${this.dialog()}`;
  }

  /** @param {Shown} shown */
  #shown({session, raw}) {
    const left = Date.parse(session.expiresAt) - Date.now();
    const data = pretty(member(raw, 'data') ?? 'null');
    return html`<div class="columns">
      <section class="card">
        <div class="head">
          <h2>Data</h2>
          <botbot-copy .text=${data} .what=${'the data'}></botbot-copy>
        </div>
        <pre class="content" tabindex="0" role="region" aria-label="The data">${data}</pre>
      </section>
      <section class="card">
        <h2>About it</h2>
        <dl class="facts">
          <dt>User</dt>
          <dd>
            <a class="name" href=${`#/users/${encodeURIComponent(session.userId)}`}>${session.userId}</a>
          </dd>
          <dt>Channel</dt>
          <dd>${session.channel ?? '–'}</dd>
          <dt>Agent</dt>
          <dd>
            ${session.agentId === null
              ? '–'
              : html`<a class="name" href=${`#/agents/${encodeURIComponent(session.agentId)}`}>${session.agentId}</a>`}
          </dd>
          <dt>Version</dt>
          <dd>${session.version}</dd>
          <dt>Begun</dt>
          <dd>${when(session.createdAt)}</dd>
          <dt>Changed</dt>
          <dd>${when(session.updatedAt)}</dd>
          <dt>Ends</dt>
          <dd>${when(session.expiresAt)}, ${left > 0 ? `in ${duration(left)}` : 'that is over'}</dd>
          <dt>Time to live</dt>
          <dd>
            ${duration(session.ttlSeconds * 1000)}, ${session.sliding ? 'from the last access on' : 'whoever reads it'}
          </dd>
        </dl>
        ${session.sliding
          ? html`<p class="quiet">It slides: that you looked at it was an access, and its time has begun anew.</p>`
          : nothing}
      </section>
    </div>`;
  }

  asked() {
    const content = html`<p>The bot will not know this conversation any more. You can bring it back until you leave this page.</p>
      ${this.confirm('End it', () => this.#end())}`;
    return {heading: 'End a session', content};
  }

  async #end() {
    const before = /** @type {Shown} */ (this.shown);
    this.busy = true;
    try {
      await request('DELETE', path`/v1/sessions/${this.shownId}`, {headers: {'If-Match': before.etag}});
      this.ask(undefined);
      this.shown = undefined;
      this.loaded = true;
      this.notice = {
        text: 'The session has ended.',
        action: {label: 'Undo', run: () => this.#bringBack(before)},
      };
    } catch (e) {
      this.refused = e;
      if (e instanceof ApiError && e.status === 412) {
        await this.#load();
        this.refused = new ApiError(
          412,
          {detail: 'It has changed since you looked. What is shown behind this is how it is now; end it all the same?'},
          {requestId: e.requestId},
        );
      }
    } finally {
      this.busy = false;
    }
  }

  /** @param {Shown} before */
  async #bringBack(before) {
    try {
      // what was answered may be put back: what cannot be written is ignored
      const put = await request('PUT', path`/v1/sessions/${this.shownId}`, {
        json: before.raw,
        headers: {'If-None-Match': '*'},
      });
      this.#take(put);
      this.notice = {text: 'Undone: the session lives, and its time has begun anew.'};
    } catch (e) {
      this.notice = {text: 'It could not be brought back.', error: e};
    }
  }
}

customElements.define('botbot-sessions', Sessions);
