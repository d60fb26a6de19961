import {html, nothing} from '../lit/lit.js';
import {Asking} from './asking.js';
import {refused} from './notice.js';

/** How often it is looked whether something else is in force. */
const LOOK_MS = 5000;

/**
 * A page of one thing that administrators edit: what is in force, which is watched, a draft beside
 * it, and questions that are asked before anything is done.
 *
 * @template C what is in force
 * @template D the draft
 * @template {{is: string}} Q what the user is asked in a dialog
 * @extends {Asking<Q>}
 */
export class EditingPage extends Asking {
  /** @type {Record<string, {attribute?: boolean, state?: boolean}>} */
  static properties = {
    name: {attribute: false},
    current: {state: true},
    loaded: {state: true},
    failed: {state: true},
    draft: {state: true},
  };

  constructor() {
    super();
    this.name = '';
    /** What is in force; undefined if nothing is. @type {C | undefined} */
    this.current = undefined;
    this.loaded = false;
    /** @type {unknown} */
    this.failed = undefined;
    /** @type {D | undefined} */
    this.draft = undefined;
    this.timer = 0;
    this.abort = new AbortController();
  }

  /**
   * Reads what is in force.
   *
   * @param {AbortSignal} _signal
   * @returns {Promise<C | undefined>}
   */
  async read(_signal) {
    throw new TypeError('a page says how it is read');
  }

  /** Begins a draft. */
  edit() {
    throw new TypeError('a page says how it is edited');
  }

  /** Whether something would be lost by leaving. */
  get unsaved() {
    return this.draft !== undefined;
  }

  /** Whether what is shown is to stay as it is for now. */
  get still() {
    return this.busy;
  }

  get wide() {
    return this.question?.is === 'conflict';
  }

  /** What is said when a change was undone. */
  get undone() {
    return `Undone: ${this.name} is as it was before.`;
  }

  connectedCallback() {
    super.connectedCallback();
    this.timer = setInterval(() => this.#look(), LOOK_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.timer);
    this.abort.abort();
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has('name') || changed.has('kind')) {
      this.current = undefined;
      this.loaded = false;
      this.draft = undefined;
      this.question = undefined;
      this.notice = undefined;
      this.load();
    }
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    if (changed.get('draft') !== undefined && this.draft === undefined) {
      this.#focus();
    }
  }

  /** The draft is gone, and with it what had the focus. */
  async #focus() {
    // nothing outside can have it before the dialog is closed
    await /** @type {Asking<Q> | null} */ (this.querySelector('botbot-dialog'))?.updateComplete;
    /** @type {HTMLElement | null} */ (this.querySelector('.head .primary'))?.focus();
  }

  async load() {
    this.abort.abort();
    this.abort = new AbortController();
    const {signal} = this.abort;
    try {
      const current = await this.read(signal);
      if (!signal.aborted) {
        this.current = current;
        this.loaded = true;
        this.failed = undefined;
      }
    } catch (e) {
      if (!signal.aborted) {
        this.failed = e;
      }
    }
  }

  #look() {
    if (document.visibilityState === 'visible' && this.loaded && !this.still) {
      this.load();
    }
  }

  /** @param {Q} remove what is asked before it is deleted */
  actions(remove) {
    return html`<div class="row">
      <button type="button" class="primary" @click=${() => this.edit()}>
        ${this.current === undefined ? 'Create' : 'Edit'}
      </button>
      ${this.current === undefined
        ? nothing
        : html`<button type="button" class="danger" @click=${() => this.ask(remove)}>
            Delete …
          </button>`}
    </div>`;
  }

  /**
   * The buttons below a question.
   *
   * @param {string} action
   * @param {boolean} disabled
   * @param {() => unknown} run
   */
  answers(action, disabled, run) {
    return html`${refused(this.refused)}
      <div class="row">
        <button
          type="button"
          class=${this.question?.is === 'delete' ? 'danger' : 'primary'}
          ?disabled=${disabled || this.busy}
          @click=${run}
        >
          ${action}
        </button>
        <button type="button" autofocus @click=${() => this.ask(undefined)}>Back</button>
      </div>`;
  }

  discard() {
    const draft = this.draft;
    const lost = this.unsaved;
    this.draft = undefined;
    this.notice = lost ? this.#putAside('Your changes are discarded.', draft) : undefined;
  }

  /** @param {D} draft */
  takeTheirs(draft) {
    this.draft = undefined;
    this.ask(undefined);
    this.notice = this.#putAside('Your changes are put aside.', draft);
  }

  /**
   * @param {string} text
   * @param {D | undefined} draft
   */
  #putAside(text, draft) {
    const run = () => {
      this.draft = draft;
      this.notice = undefined;
    };
    return {text, action: {label: 'Bring them back', run}};
  }

  /** @param {() => Promise<void>} run */
  async undo(run) {
    this.busy = true;
    this.abort.abort();
    try {
      await run();
      this.notice = {text: this.current === undefined ? `${this.name} is gone again.` : this.undone};
    } catch (e) {
      this.notice = {text: 'It could not be undone.', error: e};
      this.load();
    } finally {
      this.busy = false;
    }
  }
}
