import {html} from '../lit/lit.js';

/**
 * An instant in UTC, as everywhere in the service.
 *
 * @param {string} instant RFC 3339
 */
export function when(instant) {
  const [day, time] = instant.split('T');
  return html`<time datetime=${instant} title=${instant}>${day} ${time.slice(0, 8)} UTC</time>`;
}

const UNITS = [
  {name: 'day', seconds: 86_400},
  {name: 'hour', seconds: 3_600},
  {name: 'minute', seconds: 60},
  {name: 'second', seconds: 1},
];

/**
 * A duration in its two largest units.
 *
 * @param {number} ms
 */
export function duration(ms) {
  if (ms < 1000) {
    return `${Math.max(0, Math.round(ms))} ms`;
  }
  let seconds = Math.round(ms / 1000);
  const parts = [];
  for (const unit of UNITS) {
    const count = Math.floor(seconds / unit.seconds);
    if (count > 0) {
      parts.push(`${count} ${unit.name}${count === 1 ? '' : 's'}`);
      seconds -= count * unit.seconds;
    }
  }
  return parts.slice(0, 2).join(' ');
}

const NUMBERS = new Intl.NumberFormat('en');

/** @param {number} value */
export function number(value) {
  return NUMBERS.format(value);
}
