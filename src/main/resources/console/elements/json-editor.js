import {html, nothing} from '../lit/lit.js';
import {JsonFault, lineAndColumn, locate, parse} from './json.js';
import {LightElement, freshId} from './light.js';

/**
 * @typedef {import('../api.js').Violation} Violation
 *
 * @typedef {object} Fault
 * @property {string} message
 * @property {number} start
 * @property {number} end
 */

/** More faults than these are only counted. */
const SHOWN = 20;

/**
 * A text area for JSON, with numbers of lines, and what is wrong pointed out at its place. The text
 * is what the user typed, to the letter.
 *
 * @fires CustomEvent#botbot-input with the text, at every change
 */
class JsonEditor extends LightElement {
  static properties = {
    text: {attribute: false},
    field: {attribute: false},
    label: {attribute: false},
    hint: {attribute: false},
    violations: {attribute: false},
    optional: {attribute: false},
    lines: {state: true},
  };

  #id = freshId();

  constructor() {
    super();
    this.text = '';
    /** What violations call it. */
    this.field = 'value';
    this.label = '';
    /** @type {unknown} */
    this.hint = nothing;
    /** What the service said of this text. @type {Violation[]} */
    this.violations = [];
    /** Whether it may be empty. */
    this.optional = false;
    this.lines = 1;
    /** @type {Fault[]} */
    this.faults = [];
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has('text')) {
      this.lines = this.text.split('\n').length;
    }
    if (changed.has('text') || changed.has('violations')) {
      this.faults = this.#found();
    }
  }

  /** @returns {Fault[]} */
  #found() {
    if (this.optional && this.text.trim() === '') {
      return [];
    }
    try {
      const root = parse(this.text);
      return this.violations
        .filter((one) => one.field.startsWith(this.field))
        .map((one) => ({
          message: `${one.field.slice(this.field.length).replace(/^\./, '') || 'The whole'}: ${one.message}`,
          ...locate(root, one.field.slice(this.field.length)),
        }));
    } catch (e) {
      if (e instanceof JsonFault) {
        return [{message: e.message, start: e.at, end: Math.min(this.text.length, e.at + 1)}];
      }
      throw e;
    }
  }

  render() {
    const faulty = new Set(this.faults.map((fault) => lineAndColumn(this.text, fault.start).line));
    return html`<label for=${this.#id}>${this.label}</label>
      <div class=${this.faults.length > 0 ? 'editor faulty' : 'editor'}>
        <pre class="gutter" aria-hidden="true">${this.#numbers(faulty)}</pre>
        <textarea
          id=${this.#id}
          wrap="off"
          spellcheck="false"
          autocapitalize="off"
          autocomplete="off"
          rows=${Math.min(Math.max(this.lines + 1, 6), 28)}
          .value=${this.text}
          aria-invalid=${this.faults.length > 0 ? 'true' : 'false'}
          aria-describedby=${`${this.#id}-hint ${this.#id}-faults`}
          @input=${this.#typed}
          @scroll=${this.#scrolled}
        ></textarea>
      </div>
      <p id=${`${this.#id}-hint`} class="quiet">${this.hint}</p>
      <div id=${`${this.#id}-faults`} class="faults" role="status">
        ${this.faults.length === 0
          ? nothing
          : html`<ul>
              ${this.faults.slice(0, SHOWN).map((fault) => this.#fault(fault))}
              ${this.faults.length > SHOWN
                ? html`<li>and ${this.faults.length - SHOWN} more</li>`
                : nothing}
            </ul>`}
      </div>`;
  }

  /** @param {Set<number>} faulty */
  #numbers(faulty) {
    /** @type {unknown[]} */
    const parts = [];
    let plain = '';
    for (let line = 1; line <= this.lines; line++) {
      if (faulty.has(line)) {
        parts.push(plain, html`<mark>${line}</mark>`);
        plain = '\n';
      } else {
        plain += `${line}\n`;
      }
    }
    return [...parts, plain];
  }

  /** @param {Fault} fault */
  #fault(fault) {
    const {line, column} = lineAndColumn(this.text, fault.start);
    return html`<li>
      <button type="button" class="link" @click=${() => this.#show(fault)}>
        Line ${line}, column ${column}
      </button>
      ${fault.message}
    </li>`;
  }

  /** @param {Fault} fault */
  #show({start, end}) {
    const area = this.#area();
    if (area === null) {
      return;
    }
    area.focus();
    area.setSelectionRange(start, end);
    const {line} = lineAndColumn(this.text, start);
    area.scrollTop = (area.scrollHeight / this.lines) * (line - 4);
  }

  #area() {
    return this.querySelector('textarea');
  }

  #typed() {
    this.text = this.#area()?.value ?? '';
    this.dispatchEvent(new CustomEvent('botbot-input', {detail: this.text}));
  }

  #scrolled() {
    const gutter = this.querySelector('.gutter');
    const area = this.#area();
    if (gutter !== null && area !== null) {
      gutter.scrollTop = area.scrollTop;
    }
  }
}

customElements.define('botbot-json-editor', JsonEditor);
