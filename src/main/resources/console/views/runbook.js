import {html, nothing} from '../lit/lit.js';
import {LightElement} from '../elements/light.js';

/** A part of the runbook under a heading of its own. @typedef {{title: string, blocks: string[]}} Part */

/** What the operators' runbook says of an alert, as it was when this version was built. */
class Runbook extends LightElement {
  static properties = {
    path: {attribute: false},
    parts: {state: true},
    fault: {state: true},
  };

  constructor() {
    super();
    /** The name of the alert. @type {string[]} */
    this.path = [];
    /** @type {Part[] | undefined} */
    this.parts = undefined;
    this.fault = '';
  }

  connectedCallback() {
    super.connectedCallback();
    this.#read();
  }

  async #read() {
    try {
      const answer = await fetch('runbook.md');
      if (!answer.ok) {
        throw new Error(`The service answered ${answer.status}.`);
      }
      this.parts = partsOf(await answer.text());
    } catch (e) {
      this.fault = String(e);
    }
  }

  render() {
    const [name = ''] = this.path;
    const part = this.parts?.find(({title}) => anchor(title) === anchor(name));
    return html`<h1>Runbook</h1>
      <div role="alert">${this.fault === '' ? nothing : html`<p class="error">${this.fault}</p>`}</div>
      ${part === undefined
        ? nothing
        : html`<section class="card prose" aria-labelledby="runbook-part">
            <h2 id="runbook-part">${part.title}</h2>
            ${part.blocks.map(block)}
          </section>`}
      ${this.parts === undefined
        ? nothing
        : html`<nav class="parts" aria-label="Runbook">
            <ul>
              ${this.parts.map(
                ({title}) =>
                  html`<li>
                    <a
                      href=${`#/runbook/${anchor(title)}`}
                      aria-current=${title === part?.title ? 'page' : nothing}
                      >${title}</a
                    >
                  </li>`,
              )}
            </ul>
          </nav>`}`;
  }
}

/**
 * @param {string} text Markdown
 * @returns {Part[]}
 */
function partsOf(text) {
  return text
    .split(/^##? /m)
    .slice(1)
    .map((part) => {
      const [title, ...lines] = part.split('\n');
      return {title: title.trim(), blocks: lines.join('\n').trim().split(/\n\s*\n/)};
    })
    .filter(({blocks}) => blocks[0] !== '');
}

/**
 * Paragraphs, and what is set as code; all else of Markdown is shown as it is written.
 *
 * @param {string} text
 */
function block(text) {
  return text.startsWith('    ')
    ? html`<pre tabindex="0">${text.replace(/^ {4}/gm, '')}</pre>`
    : html`<p>${text.replace(/\n/g, ' ').split(/(`[^`]+`|\[[^\]]+\]\([^)]+\))/).map(inline)}</p>`;
}

/** @param {string} text */
function inline(text) {
  if (text.startsWith('`')) {
    return html`<code>${text.slice(1, -1)}</code>`;
  }
  const link = /^\[([^\]]+)\]\((.+)\)$/.exec(text);
  if (link === null) {
    return text;
  }
  const [, shown, target] = link;
  // files beside the runbook are not here
  return target.startsWith('#') ? html`<a href=${`#/runbook/${target.slice(1)}`}>${shown}</a>` : shown;
}

/** @param {string} title */
function anchor(title) {
  return title.toLowerCase().replace(/[^a-z0-9 -]/g, '').replace(/ /g, '-');
}

customElements.define('botbot-runbook', Runbook);
