import {html, nothing} from '../lit/lit.js';
import {LightElement} from './light.js';
import {difference, merge} from './lines.js';

/** So many lines around a change are shown. */
const AROUND = 3;

/** More lines than these are shown at the user's wish only. */
const SHOWN = 400;

/**
 * @typedef {object} Line
 * @property {'same' | 'removed' | 'added' | 'gap'} kind
 * @property {string} text
 * @property {number} [old] its number
 * @property {number} [now]
 */

/** What differs between two texts, with a little around it. */
class Difference extends LightElement {
  static properties = {
    from: {attribute: false},
    to: {attribute: false},
    label: {attribute: false},
    all: {state: true},
  };

  constructor() {
    super();
    this.from = '';
    this.to = '';
    this.label = 'Difference';
    this.all = false;
  }

  render() {
    const lines = compared(this.from.split('\n'), this.to.split('\n'));
    const added = lines.filter((line) => line.kind === 'added').length;
    const removed = lines.filter((line) => line.kind === 'removed').length;
    if (added + removed === 0) {
      return html`<p class="none">There is no difference.</p>`;
    }
    const shown = this.all ? lines : lines.slice(0, SHOWN);
    return html`<p class="quiet">${counted(removed)} removed, ${counted(added)} added</p>
      <div class="difference wide" role="region" aria-label=${this.label} tabindex="0">
        <table>
          <caption class="hidden">
            ${this.label}
          </caption>
          <thead class="hidden">
            <tr>
              <th>Old line</th>
              <th>New line</th>
              <th>Change</th>
              <th>Text</th>
            </tr>
          </thead>
          <tbody>
            ${shown.map(row)}
          </tbody>
        </table>
      </div>
      ${shown.length === lines.length
        ? nothing
        : html`<button type="button" @click=${() => (this.all = true)}>
            Show ${lines.length - shown.length} more lines
          </button>`}`;
  }
}

/** @param {number} lines */
function counted(lines) {
  return `${lines} ${lines === 1 ? 'line' : 'lines'}`;
}

/** @param {Line} line */
function row(line) {
  if (line.kind === 'gap') {
    return html`<tr class="gap">
      <td colspan="4">${line.text}</td>
    </tr>`;
  }
  const sign = {same: nothing, added: sr('+', 'added'), removed: sr('−', 'removed')}[line.kind];
  return html`<tr class=${line.kind}>
    <td class="line">${line.old ?? nothing}</td>
    <td class="line">${line.now ?? nothing}</td>
    <td class="sign">${sign}</td>
    <td class="text">${line.text}</td>
  </tr>`;
}

/**
 * @param {string} sign
 * @param {string} word
 */
function sr(sign, word) {
  return html`<span aria-hidden="true">${sign}</span><span class="hidden">${word}</span>`;
}

/**
 * @param {string[]} before
 * @param {string[]} after
 * @returns {Line[]}
 */
function compared(before, after) {
  /** @type {Line[]} */
  const lines = [];
  const hunks = difference(before, after);
  let at = 0;
  let drift = 0;
  /** @param {number} from @param {number} to */
  const same = (from, to) => {
    for (let i = from; i < to; i++) {
      lines.push({kind: 'same', text: before[i], old: i + 1, now: i + 1 + drift});
    }
  };
  hunks.forEach((hunk, index) => {
    const since = index === 0 ? 0 : at;
    const shownFrom = Math.max(since, hunk.from - AROUND);
    const shownTo = index === 0 ? 0 : Math.min(hunk.from, at + AROUND);
    if (shownTo < shownFrom) {
      same(at, shownTo);
      lines.push({kind: 'gap', text: `${counted(shownFrom - shownTo)} unchanged`});
      same(shownFrom, hunk.from);
    } else {
      same(since, hunk.from);
    }
    for (let i = hunk.from; i < hunk.to; i++) {
      lines.push({kind: 'removed', text: before[i], old: i + 1});
    }
    for (let i = hunk.newFrom; i < hunk.newTo; i++) {
      lines.push({kind: 'added', text: after[i], now: i + 1});
    }
    at = hunk.to;
    drift = hunk.newTo - hunk.to;
  });
  if (hunks.length > 0) {
    const end = Math.min(before.length, at + AROUND);
    same(at, end);
    if (end < before.length) {
      lines.push({kind: 'gap', text: `${counted(before.length - end)} unchanged`});
    }
  }
  return lines;
}

/** What two have made of one text, side by side: only what either has changed. */
class ThreeWay extends LightElement {
  static properties = {
    base: {attribute: false},
    theirs: {attribute: false},
    mine: {attribute: false},
    who: {attribute: false},
  };

  constructor() {
    super();
    this.base = '';
    this.theirs = '';
    this.mine = '';
    this.who = '';
  }

  render() {
    const {regions} = merge(this.base, this.theirs, this.mine);
    return html`<div class="three-way" role="region" aria-label="What both have changed" tabindex="0">
      ${regions.map(
        (region) => html`<section class=${region.conflict ? 'conflict' : nothing}>
          <h3>
            From line ${region.at + 1}
            ${region.conflict ? html`<span class="tag bad">both changed it</span>` : nothing}
          </h3>
          <div class="sides">
            ${side('What you looked at', region.base, region.base)}
            ${side(`Now, by ${this.who}`, region.theirs, region.base)}
            ${side('Yours', region.mine, region.base)}
          </div>
        </section>`,
      )}
    </div>`;
  }
}

/**
 * @param {string} title
 * @param {string[]} lines
 * @param {string[]} base
 */
function side(title, lines, base) {
  const changed = lines.join('\n') !== base.join('\n');
  return html`<div class=${changed ? 'side changed' : 'side'}>
    <h4>${title}</h4>
    <pre>${lines.length === 0 ? html`<span class="quiet">(nothing)</span>` : lines.join('\n')}</pre>
  </div>`;
}

customElements.define('botbot-difference', Difference);
customElements.define('botbot-three-way', ThreeWay);
