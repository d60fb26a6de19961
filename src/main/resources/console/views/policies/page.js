import {html, nothing} from '../../lit/lit.js';
import {ApiError, path, request} from '../../api.js';
import {EditingPage} from '../../elements/editing.js';
import {merge} from '../../elements/lines.js';
import {failure} from '../../elements/notice.js';
import {duration, number} from '../../elements/when.js';
import {any, tags} from './list.js';
import {bodyOf, limitOf, read, textOf} from './reading.js';
import '../../elements/copy.js';
import '../../elements/difference.js';
import './form.js';

/**
 * @typedef {import('../../elements/light.js').LightElement} LightElement
 * @typedef {import('./reading.js').PolicyInUse} PolicyInUse
 * @typedef {import('../../api.js').Schemas['RatePolicyBody']} Body
 *
 * @typedef {object} Draft
 * @property {PolicyInUse | undefined} base what it was made of
 * @property {Body} body
 *
 * @typedef {{is: 'put', draft: Draft} | {is: 'conflict', draft: Draft} | {is: 'delete'}} Question
 */

/** @type {Body} */
const FIRST = {
  tier: '*',
  endpoint: '*',
  limit: 100,
  windowMs: 60_000,
  algorithm: 'sliding-window',
  onOutage: 'local',
  shadow: true,
  enabled: true,
};

/**
 * One policy: what it says, what it decides, and a form.
 *
 * @extends {EditingPage<PolicyInUse, Draft, Question>}
 */
export class PolicyPage extends EditingPage {
  /** Whether something would be lost by leaving. */
  get unsaved() {
    const draft = this.draft;
    return draft !== undefined && textOf(draft.body) !== textOf(begun(draft.base));
  }

  /** @param {AbortSignal} signal */
  read(signal) {
    return read(this.name, signal);
  }

  render() {
    return html`<p class="trail"><a href="#/policies">Rate policies</a></p>
      <div class="head">
        <h1 class="mono">${this.name}</h1>
        ${this.loaded && this.draft === undefined ? this.actions({is: 'delete'}) : nothing}
      </div>
      <botbot-notice .notice=${this.notice}></botbot-notice>
      ${this.failed === undefined
        ? nothing
        : failure('The policy cannot be read.', this.failed, () => this.load())}
      ${this.loaded
        ? html`<div class="columns">
            <section class="card">
              ${this.draft === undefined ? this.#inForce() : this.#form(this.draft)}
            </section>
            ${this.current === undefined ? nothing : this.#usage(this.current)}
          </div>`
        : this.failed === undefined
          ? html`<p role="status">Loading …</p>`
          : nothing}
      ${this.dialog()}`;
  }

  #inForce() {
    const policy = this.current;
    if (policy === undefined) {
      return html`<h2>In force now</h2>
        <p class="none">There is no policy of this name.</p>`;
    }
    return html`<div class="head">
        <h2>In force now ${tags(policy)}</h2>
        <botbot-copy .text=${textOf(bodyOf(policy))} .what=${`the policy ${policy.name}`}></botbot-copy>
      </div>
      <dl class="facts">
        <dt>Limit</dt>
        <dd>${limitOf(policy)}</dd>
        <dt>Tier</dt>
        <dd>${any(policy.tier)}</dd>
        <dt>Endpoint</dt>
        <dd>${any(policy.endpoint)}</dd>
        <dt>Algorithm</dt>
        <dd>${policy.algorithm}</dd>
        <dt>Redis away</dt>
        <dd>${{local: 'count on each instance', allow: 'let everything pass', deny: 'deny everything'}[policy.onOutage]}</dd>
        <dt>Version</dt>
        <dd>${policy.version}</dd>
      </dl>
      <button
        type="button"
        role="switch"
        aria-checked=${policy.shadow}
        class="switch"
        @click=${() => this.#switch(policy)}
      >
        <span class="knob" aria-hidden="true"></span> Shadow: count, and deny nobody
      </button>`;
  }

  /** @param {PolicyInUse} policy */
  #usage({usage, shadow}) {
    return html`<section class="card">
      <h2>On this instance</h2>
      <p class="quiet">
        Counted by the instance that answered, for
        ${duration((usage?.observedSeconds ?? 0) * 1000)}${(usage?.observedSeconds ?? 0) >= 3600
          ? ' or longer'
          : ' so far'}.
        Every other instance counts for itself.
      </p>
      <table>
        <caption class="hidden">
          What it decided
        </caption>
        <thead>
          <tr>
            <th><span class="hidden">Decision</span></th>
            <th class="number" scope="col">Last minute</th>
            <th class="number" scope="col">Last hour</th>
          </tr>
        </thead>
        <tbody>
          ${this.#figures('Admitted', usage?.lastMinute.admitted, usage?.lastHour.admitted)}
          ${this.#figures('Denied', usage?.lastMinute.denied, usage?.lastHour.denied)}
          ${this.#figures('Would have denied, as a shadow', usage?.lastMinute.shadowDenied, usage?.lastHour.shadowDenied)}
        </tbody>
      </table>
      ${shadow
        ? html`<p>It would have denied ${number(usage?.lastHour.shadowDenied ?? 0)} in the last hour.</p>`
        : nothing}
    </section>`;
  }

  /**
   * @param {string} title
   * @param {number} minute
   * @param {number} hour
   */
  #figures(title, minute = 0, hour = 0) {
    return html`<tr>
      <th scope="row">${title}</th>
      <td class="number">${number(minute)}</td>
      <td class="number">${number(hour)}</td>
    </tr>`;
  }

  /** @param {Draft} draft */
  #form(draft) {
    const moved = draft.base?.version !== this.current?.version;
    return html`<h2>${draft.base === undefined ? 'New policy' : 'Edit'}</h2>
      ${moved
        ? html`<p class="error" role="status">
            ${this.current === undefined ? 'It was deleted' : 'It was changed'} since you looked.
            <button type="button" @click=${() => this.ask({is: 'conflict', draft})}>Compare …</button>
          </p>`
        : nothing}
      <botbot-policy-form
        .draft=${draft.body}
        @botbot-draft=${(/** @type {CustomEvent<Body>} */ event) => (this.draft = {...draft, body: event.detail})}
        @botbot-review=${() => this.ask({is: 'put', draft: this.draft ?? draft})}
        @botbot-discard=${() => this.discard()}
      ></botbot-policy-form>`;
  }

  /** @param {Question} question */
  asked(question) {
    switch (question.is) {
      case 'put':
        return {heading: `Put ${this.name} in force`, content: this.#putting(question.draft)};
      case 'conflict':
        return {
          heading: `${this.name} was ${this.current === undefined ? 'deleted' : 'changed'} since you looked`,
          content: this.#conflict(question.draft),
        };
      default:
        return {heading: `Delete ${this.name}`, content: this.#deleting()};
    }
  }

  /** @param {Draft} draft */
  #putting({base, body}) {
    const from = base === undefined ? '' : textOf(bodyOf(base));
    const to = textOf(body);
    return html`<p>
        ${base === undefined ? 'It will be new.' : from === to ? 'Nothing has changed.' : 'This is all that changes.'}
        It is in force here at once, elsewhere within a second.
        ${base?.shadow && !body.shadow
          ? `As a shadow it would have denied ${number(this.current?.usage?.lastHour.shadowDenied ?? 0)} in the last
             hour on this instance; from now on it denies.`
          : nothing}
        ${base !== undefined && !base.shadow && body.shadow
          ? `It denied ${number(this.current?.usage?.lastHour.denied ?? 0)} in the last hour on this instance; as a
             shadow it denies nobody.`
          : nothing}
        ${base !== undefined && (base.windowMs !== body.windowMs || base.algorithm !== body.algorithm)
          ? 'With another window or algorithm its counters start afresh.'
          : nothing}
      </p>
      ${from === to
        ? nothing
        : html`<botbot-difference .label=${'What changes'} .from=${from} .to=${to}></botbot-difference>`}
      ${this.answers('Put in force', from === to, () => this.#put({base, body}))}`;
  }

  /** @param {Draft} draft */
  #conflict(draft) {
    const theirs = this.current;
    const texts = {
      base: textOf(begun(draft.base)),
      theirs: theirs === undefined ? '' : textOf(bodyOf(theirs)),
      mine: textOf(draft.body),
    };
    const {merged} = merge(texts.base, texts.theirs, texts.mine);
    const both = theirs === undefined || merged === undefined ? undefined : bodyIn(merged);
    return html`<p>
        Nothing was put in force, and what you have entered is still here. Only what either has changed is shown.
      </p>
      <botbot-three-way
        .base=${texts.base}
        .theirs=${texts.theirs}
        .mine=${texts.mine}
        .who=${'somebody else'}
      ></botbot-three-way>
      <p class="quiet">Whatever you choose, you see the difference again before anything is in force.</p>
      <div class="row">
        ${both === undefined
          ? nothing
          : html`<button type="button" class="primary" autofocus @click=${() => this.#goOn(both)}>
              Go on with both changes
            </button>`}
        <button type="button" @click=${() => this.#goOn(draft.body)}>Go on with mine</button>
        <button type="button" @click=${() => this.takeTheirs(draft)}>Take theirs</button>
      </div>`;
  }

  #deleting() {
    return html`<p>What it limits is not limited by it any more: here at once, elsewhere within a second.</p>
      ${this.answers('Delete', false, () => this.#delete())}`;
  }

  async edit() {
    this.notice = undefined;
    this.draft = {base: this.current, body: begun(this.current)};
    await this.updateComplete;
    const form = /** @type {LightElement | null} */ (this.querySelector('botbot-policy-form'));
    await form?.updateComplete;
    form?.querySelector('input')?.focus();
  }

  /** @param {PolicyInUse} policy */
  #switch(policy) {
    this.ask({is: 'put', draft: {base: policy, body: {...bodyOf(policy), shadow: !policy.shadow}}});
  }

  /** @param {Body} body */
  #goOn(body) {
    this.draft = {base: this.current, body};
    this.ask(undefined);
  }

  /** @param {Draft} draft */
  async #put(draft) {
    const {base, body} = draft;
    await this.#answer(async () => {
      await this.#write(body, base);
      this.ask(undefined);
      this.draft = undefined;
      this.notice = {
        text: `${this.name} is in force${body.enabled ? '' : ', disabled'}${body.shadow ? ', as a shadow' : ''}.`,
        action: {
          label: 'Undo',
          run: () => this.undo(() => (base === undefined ? this.#remove() : this.#write(bodyOf(base), this.current))),
        },
      };
    }, draft);
  }

  async #delete() {
    const before = /** @type {PolicyInUse} */ (this.current);
    await this.#answer(async () => {
      await this.#remove();
      this.ask(undefined);
      this.notice = {
        text: `${this.name} is deleted.`,
        action: {label: 'Undo', run: () => this.undo(() => this.#write(bodyOf(before), undefined))},
      };
    }, undefined);
  }

  /**
   * Does what the user was asked for. If somebody was faster, the user sees what both have changed.
   *
   * @param {() => Promise<void>} run
   * @param {Draft | undefined} draft
   */
  async #answer(run, draft) {
    this.busy = true;
    this.abort.abort();
    try {
      await run();
    } catch (e) {
      if (e instanceof ApiError && e.status === 412) {
        this.current = await read(this.name);
        if (draft !== undefined) {
          this.draft = draft;
          this.ask({is: 'conflict', draft});
          return;
        }
      }
      this.refused = e;
    } finally {
      this.busy = false;
    }
  }

  /**
   * @param {Body} body
   * @param {PolicyInUse | undefined} looked what must still be in force
   */
  async #write(body, looked) {
    const written = await request('PUT', path`/v1/rate-policies/${this.name}`, {
      body,
      headers: looked === undefined ? {'If-None-Match': '*'} : {'If-Match': `"${looked.version}"`},
    });
    this.current = {...written.body, usage: this.current?.usage};
  }

  async #remove() {
    await request('DELETE', path`/v1/rate-policies/${this.name}`, {
      headers: {'If-Match': `"${this.current?.version}"`},
    });
    this.current = undefined;
  }
}

/** @param {PolicyInUse | undefined} base */
function begun(base) {
  return base === undefined ? FIRST : bodyOf(base);
}

/**
 * @param {string} text
 * @returns {Body | undefined} nothing where lines of JSON do not fit together
 */
function bodyIn(text) {
  try {
    return JSON.parse(text);
  } catch (e) {
    if (e instanceof SyntaxError) {
      return undefined;
    }
    throw e;
  }
}

customElements.define('botbot-policy', PolicyPage);
