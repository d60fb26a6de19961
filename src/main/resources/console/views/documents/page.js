import {html, nothing} from '../../lit/lit.js';
import {ApiError, request} from '../../api.js';
import {EditingPage} from '../../elements/editing.js';
import {merge} from '../../elements/lines.js';
import {JsonFault, parse, pretty} from '../../elements/json.js';
import {failure} from '../../elements/notice.js';
import {when} from '../../elements/when.js';
import {newSchema} from './editor.js';
import {body, inForce, unchanged, version} from './reading.js';
import '../../elements/copy.js';
import '../../elements/difference.js';
import './history.js';

/**
 * @typedef {import('../../elements/light.js').LightElement} LightElement
 * @typedef {import('./reading.js').Version} Version
 * @typedef {import('./editor.js').Draft} Draft
 *
 * @typedef {{is: 'publish'}
 *   | {is: 'conflict', theirs: Version | undefined}
 *   | {is: 'rollback', version: number, text: string}
 *   | {is: 'delete'}} Question what the user is asked in a dialog
 */

/**
 * One document: what is in force, its history, and an editor.
 *
 * @extends {EditingPage<Version, Draft, Question>}
 */
export class DocumentPage extends EditingPage {
  static properties = {
    kind: {attribute: false},
    admin: {attribute: false},
  };

  constructor() {
    super();
    /** @type {import('../documents.js').Kind} */
    this.kind = /** @type {any} */ (undefined);
    this.admin = false;
  }

  /** Whether something would be lost by leaving. */
  get unsaved() {
    const draft = this.draft;
    return draft !== undefined && (draft.text !== this.#begun(draft.base) || newSchema(draft) !== undefined);
  }

  /** @param {Version | undefined} base */
  #begun(base) {
    return base?.text ?? this.kind.first;
  }

  /** @param {AbortSignal} [signal] */
  read(signal) {
    return inForce(this.kind, this.name, {admin: this.admin, known: this.current, signal});
  }

  get still() {
    // what a question is about stays as the user sees it
    return super.still || this.question !== undefined;
  }

  get undone() {
    return `Undone: version ${this.current?.version} of ${this.name} is in force, with the content from before.`;
  }

  render() {
    return html`<p class="trail"><a href=${`#/${this.kind.view}`}>${this.kind.title}</a></p>
      <div class="head">
        <h1 class="mono">${this.name}</h1>
        ${this.loaded && this.admin && this.draft === undefined ? this.actions({is: 'delete'}) : nothing}
      </div>
      <botbot-notice .notice=${this.notice}></botbot-notice>
      ${this.failed === undefined
        ? nothing
        : failure('What is in force cannot be read.', this.failed, () => this.load())}
      ${this.loaded
        ? html`<div class="columns">
            <section class="card">${this.draft === undefined ? this.#inForce() : this.#editor(this.draft)}</section>
            <section class="card">${this.#history()}</section>
          </div>`
        : this.failed === undefined
          ? html`<p role="status">Loading …</p>`
          : nothing}
      ${this.dialog()}`;
  }

  #inForce() {
    const current = this.current;
    if (current === undefined) {
      return html`<h2>In force now</h2>
        <p class="none">There is no ${this.kind.noun} of this name.</p>`;
    }
    return html`<div class="head">
        <h2>In force now</h2>
        <botbot-copy .text=${current.text} .what=${`what is in force of ${this.name}`}></botbot-copy>
      </div>
      <p class="quiet">
        Version ${current.version}, ${when(current.updatedAt)}, by <span class="by">${current.updatedBy}</span>
      </p>
      <pre class="content" tabindex="0" aria-label="What is in force" role="region">${current.text}</pre>
      ${current.schema === ''
        ? nothing
        : html`<details>
            <summary>Schema</summary>
            <pre class="content" tabindex="0" aria-label="The schema" role="region">${current.schema}</pre>
          </details>`}`;
  }

  /** @param {Draft} draft */
  #editor(draft) {
    const moved = draft.base?.etag !== this.current?.etag;
    return html`<h2>
        ${draft.base === undefined ? `New ${this.kind.noun}` : `Editing version ${draft.base.version}`}
      </h2>
      ${moved
        ? html`<p class="error" role="status">
            ${this.current === undefined
              ? 'It was deleted since you looked.'
              : html`Changed by <span class="by">${this.current.updatedBy}</span> since you looked: version
                  ${this.current.version} is in force.`}
            <button type="button" @click=${() => this.ask({is: 'conflict', theirs: this.current})}>
              Compare …
            </button>
          </p>`
        : nothing}
      <botbot-document-editor
        .kind=${this.kind}
        .name=${this.name}
        .draft=${draft}
        @botbot-draft=${(/** @type {CustomEvent<Draft>} */ event) => (this.draft = event.detail)}
        @botbot-review=${() => this.ask({is: 'publish'})}
        @botbot-discard=${() => this.discard()}
      ></botbot-document-editor>`;
  }

  #history() {
    if (!this.admin) {
      return html`<h2>History</h2>
        <p class="quiet">To see the history and the schema, and to edit, a key needs the role admin.</p>`;
    }
    return html`<botbot-document-history
      .kind=${this.kind}
      .name=${this.name}
      .current=${this.current?.version}
      @botbot-rollback=${(/** @type {CustomEvent<{version: number, text: string}>} */ event) =>
        this.ask({is: 'rollback', ...event.detail})}
    ></botbot-document-history>`;
  }

  /** @param {Question} question */
  asked(question) {
    switch (question.is) {
      case 'publish':
        return {heading: `Publish ${this.name}`, content: this.#publishing()};
      case 'conflict':
        return {heading: this.#changedBy(question.theirs), content: this.#conflict(question.theirs)};
      case 'rollback':
        return {
          heading: `Roll back to version ${question.version}`,
          content: this.#rollingBack(question),
        };
      default:
        return {heading: `Delete ${this.name}`, content: this.#deleting()};
    }
  }

  #publishing() {
    const draft = /** @type {Draft} */ (this.draft);
    const schema = newSchema(draft);
    const before = draft.base?.text ?? '';
    const after = pretty(draft.text);
    const same = before === after && schema === undefined;
    return html`<p>
        ${draft.base === undefined
          ? 'It will be new.'
          : same
            ? 'Nothing has changed: there is nothing to publish.'
            : `This is all that changes against version ${draft.base.version}.`}
      </p>
      ${before === after
        ? nothing
        : html`<botbot-difference .label=${'What changes'} .from=${before} .to=${after}></botbot-difference>`}
      ${schema === undefined
        ? nothing
        : html`<h3>Schema</h3>
            <botbot-difference
              .label=${'What changes of the schema'}
              .from=${draft.base?.schema ?? ''}
              .to=${schema.trim() === '' ? '' : pretty(schema)}
            ></botbot-difference>`}
      ${this.answers('Publish', same, () => this.#publish(draft))}`;
  }

  /** @param {Version | undefined} theirs */
  #changedBy(theirs) {
    return theirs === undefined
      ? `${this.name} was deleted since you looked`
      : `Changed by ${theirs.updatedBy} since you looked`;
  }

  /** @param {Version | undefined} theirs */
  #conflict(theirs) {
    const draft = /** @type {Draft} */ (this.draft);
    const texts = {base: this.#begun(draft.base), theirs: theirs?.text ?? '', mine: formatted(draft.text)};
    const {merged} = merge(texts.base, texts.theirs, texts.mine);
    const both = merged !== undefined && theirs !== undefined && isJson(merged) ? merged : undefined;
    return html`<p>
        ${theirs === undefined
          ? 'Nothing was published. What you have written is still here.'
          : html`Version ${theirs.version} is in force since ${when(theirs.updatedAt)}. Nothing was published,
            and what you have written is still here. Only what either has changed is shown.`}
      </p>
      <botbot-three-way
        .base=${texts.base}
        .theirs=${texts.theirs}
        .mine=${texts.mine}
        .who=${theirs?.updatedBy ?? 'nobody'}
      ></botbot-three-way>
      <p class="quiet">Whatever you choose, you see the difference again before anything is published.</p>
      <div class="row">
        ${both === undefined
          ? nothing
          : html`<button
              type="button"
              class="primary"
              autofocus
              @click=${() => this.#goOn(theirs, both)}
            >
              Go on with both changes
            </button>`}
        <button type="button" @click=${() => this.#goOn(theirs, draft.text)}>Go on with mine</button>
        <button type="button" @click=${() => this.takeTheirs(draft)}>Take theirs</button>
      </div>`;
  }

  /** @param {{version: number, text: string}} question */
  #rollingBack({version: number, text}) {
    const before = this.current?.text ?? '';
    return html`<p>
        ${this.current === undefined
          ? 'It brings the deleted content back, as a new version.'
          : before === text
            ? `Version ${this.current.version} has the same content.`
            : `This is all that changes against version ${this.current.version}, which is in force now. Its content
               becomes a new version.`}
      </p>
      ${before === text
        ? nothing
        : html`<botbot-difference .label=${'What changes'} .from=${before} .to=${text}></botbot-difference>`}
      ${this.answers('Roll back', before === text, () => this.#rollback(number))}`;
  }

  #deleting() {
    return html`<p>
        Bots that read it will find nothing. Its history is kept, and you can bring it back.
      </p>
      ${this.answers('Delete', false, () => this.#delete())}`;
  }

  async edit() {
    this.notice = undefined;
    const base = this.current;
    this.draft = {base, text: this.#begun(base), schema: base?.schema ?? ''};
    await this.updateComplete;
    const editor = /** @type {LightElement | null} */ (this.querySelector('botbot-document-editor'));
    await editor?.updateComplete;
    await /** @type {LightElement | null} */ (editor?.querySelector('botbot-json-editor'))?.updateComplete;
    editor?.querySelector('textarea')?.focus();
  }

  /**
   * @param {Version | undefined} base
   * @param {string} text
   */
  #goOn(base, text) {
    const draft = /** @type {Draft} */ (this.draft);
    const schema = newSchema(draft) ?? base?.schema ?? '';
    this.draft = {base, text, schema};
    this.current = base;
    this.ask(undefined);
  }

  /** @param {Draft} draft */
  takeTheirs(draft) {
    super.takeTheirs(draft);
    this.load();
  }

  /** @param {Draft} draft */
  async #publish(draft) {
    const before = draft.base;
    const schema = newSchema(draft);
    await this.#answer(async () => {
      try {
        const written = await request('PUT', this.kind.one(this.name), {
          json: body(this.kind, draft.text, schema),
          headers: unchanged(before),
        });
        this.#wrote(written, schema === undefined ? (before?.schema ?? '') : schema.trim() === '' ? '' : pretty(schema));
        this.ask(undefined);
        this.draft = undefined;
        this.notice = {
          text: `Version ${this.current?.version} of ${this.name} is in force.`,
          action:
            before === undefined
              ? {label: 'Undo', run: () => this.undo(() => this.#remove())}
              : schema === undefined
                ? {label: 'Undo', run: () => this.undo(() => this.#restore(before.version))}
                : {label: 'Undo', run: () => this.undo(() => this.#put(before))},
        };
      } catch (e) {
        if (!(e instanceof ApiError && e.status === 412)) {
          throw e;
        }
        const theirs = await inForce(this.kind, this.name, {admin: this.admin});
        this.current = theirs;
        this.ask({is: 'conflict', theirs});
      }
    });
  }

  /** @param {number} number */
  async #rollback(number) {
    const before = this.current;
    await this.#answer(async () => {
      await this.#restore(number);
      this.notice = {
        text: `Version ${this.current?.version} of ${this.name} is in force, with the content of version ${number}.`,
        action: {
          label: 'Undo',
          run: () => this.undo(() => (before === undefined ? this.#remove() : this.#restore(before.version))),
        },
      };
    });
  }

  async #delete() {
    const before = /** @type {Version} */ (this.current);
    await this.#answer(async () => {
      await this.#remove();
      this.notice = {
        text: `${this.name} is deleted.`,
        action: {label: 'Undo', run: () => this.undo(() => this.#restore(before.version))},
      };
    });
  }

  /**
   * Does what the user was asked for. If somebody was faster the question is asked anew, of what is
   * in force now.
   *
   * @param {() => Promise<void>} run
   */
  async #answer(run) {
    this.busy = true;
    this.abort.abort();
    const question = this.question;
    try {
      await run();
      if (this.question === question) {
        this.ask(undefined);
      }
    } catch (e) {
      this.refused = e;
      if (e instanceof ApiError && e.status === 412) {
        this.current = await inForce(this.kind, this.name, {admin: this.admin});
        this.refused = new ApiError(
          412,
          {detail: `${this.#changedBy(this.current)}: the difference is that to what is in force now.`},
          {requestId: e.requestId},
        );
      }
    } finally {
      this.busy = false;
    }
  }

  /** @param {number} number */
  async #restore(number) {
    const written = await request('POST', `${this.kind.one(this.name)}/rollback`, {
      body: {version: number},
      headers: unchanged(this.current),
    });
    const known = this.current?.schema;
    this.#wrote(written, known ?? '');
    if (known === undefined) {
      // that of what was deleted is in force again
      this.current = await inForce(this.kind, this.name, {admin: this.admin});
    }
  }

  /** @param {Version} before */
  async #put(before) {
    const written = await request('PUT', this.kind.one(this.name), {
      json: body(this.kind, before.text, before.schema),
      headers: unchanged(this.current),
    });
    this.#wrote(written, before.schema);
  }

  async #remove() {
    await request('DELETE', this.kind.one(this.name), {headers: unchanged(this.current)});
    this.current = undefined;
  }

  /**
   * @param {import('../../api.js').Answer<any>} written
   * @param {string} schema
   */
  #wrote({body: answered, text, etag = ''}, schema) {
    this.current = version(this.kind, answered, text, etag, schema);
  }
}

/** @param {string} text */
function formatted(text) {
  return isJson(text) ? pretty(text) : text;
}

/** @param {string} text */
function isJson(text) {
  try {
    parse(text);
    return true;
  } catch (e) {
    if (e instanceof JsonFault) {
      return false;
    }
    throw e;
  }
}

customElements.define('botbot-document', DocumentPage);
