import {html} from '../lit/lit.js';
import {LightElement} from './light.js';
import './confirm.js';
import './dialog.js';
import './notice.js';

/**
 * An element that asks in a dialog before it does anything, and then says what it did.
 *
 * @template [Q=never] what the user is asked
 */
export class Asking extends LightElement {
  /** @type {Record<string, {attribute?: boolean, state?: boolean}>} */
  static properties = {
    question: {state: true},
    refused: {state: true},
    busy: {state: true},
    notice: {state: true},
  };

  constructor() {
    super();
    /** @type {Q | undefined} */
    this.question = undefined;
    /** Why the last answer to the question was in vain. @type {unknown} */
    this.refused = undefined;
    this.busy = false;
    /** @type {import('./notice.js').Notice | undefined} */
    this.notice = undefined;
  }

  /**
   * The heading and the content of a question.
   *
   * @param {Q} _question
   * @returns {{heading: string, content: unknown}}
   */
  asked(_question) {
    throw new TypeError('an element says what it asks');
  }

  /** Whether the question takes the width that there is. */
  get wide() {
    return false;
  }

  dialog() {
    const shown = this.question === undefined ? undefined : this.asked(this.question);
    return html`<botbot-dialog
      .heading=${shown?.heading ?? ''}
      .content=${shown?.content}
      .wide=${this.wide}
      @botbot-close=${() => this.ask(undefined)}
    ></botbot-dialog>`;
  }

  /**
   * The answers to a question before something is removed.
   *
   * @param {string} action
   * @param {() => unknown} run
   * @param {{word: string, what: string}} [typed] what has to be typed first, and what that is
   */
  confirm(action, run, {word, what} = {word: '', what: ''}) {
    return html`<botbot-confirm
      .action=${action}
      .word=${word}
      .what=${what}
      .busy=${this.busy}
      .refused=${this.refused}
      @botbot-confirmed=${() => run()}
      @botbot-back=${() => this.ask(undefined)}
    ></botbot-confirm>`;
  }

  /** @param {Q | undefined} question */
  ask(question) {
    this.refused = undefined;
    this.question = question;
  }

  /**
   * Does what the user was asked for; the question stays where that is refused.
   *
   * @param {() => Promise<void>} run
   */
  async answer(run) {
    this.busy = true;
    try {
      await run();
    } catch (e) {
      this.refused = e;
    } finally {
      this.busy = false;
    }
  }
}
