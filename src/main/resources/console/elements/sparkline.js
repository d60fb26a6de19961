import {html, nothing, svg} from '../lit/lit.js';

const WIDTH = 180;
const HEIGHT = 40;
/** So that a line at the edge is not cut in half. */
const EDGE = 2;

/**
 * A quarter of an hour as a line, the newest at the right. Those who cannot see it are told its range;
 * the view has a table of it.
 *
 * @param {string} label
 * @param {(number | undefined)[]} values the oldest first; a gap where there is none
 * @param {(value: number) => string} text
 */
export function sparkline(label, values, text) {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) {
    return nothing;
  }
  const highest = Math.max(...known);
  const lowest = Math.min(...known);
  const range = `${label} in the last 15 minutes: ${text(lowest)} to ${text(highest)}`;
  return html`<svg
    class="sparkline"
    role="img"
    aria-label=${range}
    viewBox=${`0 0 ${WIDTH} ${HEIGHT}`}
    preserveAspectRatio="none"
  >
    ${runs(values).map((run) => svg`<polyline points=${points(run, values.length, highest)} />`)}
  </svg>`;
}

/**
 * Where there is no gap between values.
 *
 * @param {(number | undefined)[]} values
 */
function runs(values) {
  /** @type {{at: number, value: number}[][]} */
  const found = [];
  values.forEach((value, at) => {
    if (value === undefined) {
      return;
    }
    if (at === 0 || values[at - 1] === undefined) {
      found.push([]);
    }
    found.at(-1)?.push({at, value});
  });
  return found;
}

/**
 * @param {{at: number, value: number}[]} run
 * @param {number} length
 * @param {number} highest
 */
function points(run, length, highest) {
  const places = run.map(({at, value}) => ({
    x: WIDTH - (length - 1 - at) - EDGE,
    y: HEIGHT - EDGE - (highest === 0 ? 0 : (value / highest) * (HEIGHT - 2 * EDGE)),
  }));
  const [first] = places;
  // a single value is a dash
  const drawn = places.length === 1 ? [{x: first.x - 1, y: first.y}, ...places] : places;
  return drawn.map(({x, y}) => `${x},${y.toFixed(1)}`).join(' ');
}
