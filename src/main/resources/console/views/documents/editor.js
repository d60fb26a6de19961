import {html, nothing} from '../../lit/lit.js';
import {ApiError, request} from '../../api.js';
import {JsonFault} from '../../elements/json.js';
import {LightElement} from '../../elements/light.js';
import {body} from './reading.js';
import '../../elements/json-editor.js';

/** How long nothing is typed before the service is asked. */
const PAUSE_MS = 400;

/**
 * What a user has made of a document and not published yet.
 *
 * @typedef {object} Draft
 * @property {import('./reading.js').Version | undefined} base what it was made of
 * @property {string} text
 * @property {string} schema
 */

/**
 * The schema of a draft, if it is another than that of its base.
 *
 * @param {Draft} draft
 */
export function newSchema(draft) {
  return draft.schema.trim() === (draft.base?.schema ?? '').trim() ? undefined : draft.schema;
}

/**
 * Edits a draft. The service is asked what it would refuse of it, while one types.
 *
 * @fires CustomEvent#botbot-draft with the draft, at every change
 * @fires CustomEvent#botbot-review when the user wants to see what would be published
 * @fires CustomEvent#botbot-discard
 */
class DocumentEditor extends LightElement {
  static properties = {
    kind: {attribute: false},
    name: {attribute: false},
    draft: {attribute: false},
    violations: {state: true},
    state: {state: true},
  };

  constructor() {
    super();
    /** @type {import('../documents.js').Kind | undefined} */
    this.kind = undefined;
    this.name = '';
    /** @type {Draft} */
    this.draft = {base: undefined, text: '', schema: ''};
    /** @type {import('../../api.js').Violation[]} */
    this.violations = [];
    /** What is known of the draft. @type {'checking' | 'good' | 'faulty' | {unchecked: string}} */
    this.state = 'good';
    this.pause = 0;
    this.abort = new AbortController();
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has('draft')) {
      this.#checkSoon();
    }
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.pause);
    this.abort.abort();
  }

  render() {
    const kind = this.kind;
    if (kind === undefined) {
      return nothing;
    }
    return html`<botbot-json-editor
        .label=${kind.field === 'value' ? 'Value' : 'Configuration'}
        .field=${kind.field}
        .text=${this.draft.text}
        .violations=${this.violations}
        .hint=${'JSON; numbers are kept to the digit. Tab leaves the field.'}
        @botbot-input=${(/** @type {CustomEvent<string>} */ event) => this.#changed({text: event.detail})}
      ></botbot-json-editor>
      <details ?open=${this.draft.schema !== ''}>
        <summary>Schema</summary>
        <botbot-json-editor
          .label=${'JSON Schema, 2020-12'}
          .field=${'schema'}
          .text=${this.draft.schema}
          .violations=${this.violations}
          .optional=${true}
          .hint=${'This and every later version must keep to it. Empty for no schema.'}
          @botbot-input=${(/** @type {CustomEvent<string>} */ event) =>
            this.#changed({schema: event.detail})}
        ></botbot-json-editor>
      </details>
      <p class="state" role="status">${this.#state()}</p>
      <div class="row">
        <button type="button" class="primary" ?disabled=${this.state === 'faulty'} @click=${this.#review}>
          Review and publish …
        </button>
        <button type="button" @click=${() => this.dispatchEvent(new CustomEvent('botbot-discard'))}>
          Discard
        </button>
      </div>`;
  }

  #state() {
    if (typeof this.state === 'object') {
      return html`<span class="tag warning">Not checked</span> ${this.state.unchecked}`;
    }
    return {
      checking: html`<span class="tag">Checking …</span>`,
      faulty: html`<span class="tag bad">It cannot be published like this</span>`,
      good:
        this.draft.schema.trim() === ''
          ? html`<span class="tag good">Well-formed</span>`
          : html`<span class="tag good">Keeps to its schema</span>`,
    }[this.state];
  }

  /** @param {Partial<Draft>} change */
  #changed(change) {
    this.draft = {...this.draft, ...change};
    this.dispatchEvent(new CustomEvent('botbot-draft', {detail: this.draft}));
  }

  #review() {
    this.dispatchEvent(new CustomEvent('botbot-review'));
  }

  #checkSoon() {
    clearTimeout(this.pause);
    this.abort.abort();
    this.violations = [];
    /** @type {string} */
    let json;
    try {
      json = body(/** @type {any} */ (this.kind), this.draft.text, newSchema(this.draft));
    } catch (e) {
      if (e instanceof JsonFault) {
        this.state = 'faulty';
        return;
      }
      throw e;
    }
    this.state = 'checking';
    this.pause = setTimeout(() => this.#check(json), PAUSE_MS);
  }

  /** @param {string} json */
  async #check(json) {
    this.abort = new AbortController();
    const {signal} = this.abort;
    try {
      await request('POST', `${this.kind?.one(this.name)}/check`, {json, signal});
      this.state = 'good';
    } catch (e) {
      if (signal.aborted) {
        return;
      }
      if (!(e instanceof ApiError)) {
        throw e;
      }
      if (e.violations.length > 0) {
        this.violations = e.violations;
        this.state = 'faulty';
      } else {
        this.state = {unchecked: e.detail};
      }
    }
  }
}

customElements.define('botbot-document-editor', DocumentEditor);
