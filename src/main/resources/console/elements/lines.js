/**
 * What differs between texts, by lines.
 *
 * @typedef {object} Hunk a stretch of lines that differs; either side may be empty
 * @property {number} from the first line of the old text, from 0
 * @property {number} to behind the last
 * @property {number} newFrom
 * @property {number} newTo
 *
 * @typedef {object} Region of three texts: a stretch that one or both have changed
 * @property {string[]} base
 * @property {string[]} theirs
 * @property {string[]} mine
 * @property {number} at its first line in the base, from 0
 * @property {boolean} conflict whether both have changed it, and not alike
 */

/** So many edits are looked for; beyond, the rest counts as replaced. */
const EDITS = 1500;

/**
 * By Myers, "An O(ND) Difference Algorithm and Its Variations" (1986).
 *
 * @param {readonly string[]} before
 * @param {readonly string[]} after
 * @returns {Hunk[]}
 */
export function difference(before, after) {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) {
    start++;
  }
  let tail = 0;
  while (
    tail < before.length - start &&
    tail < after.length - start &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  ) {
    tail++;
  }
  const kept = common(
    before.slice(start, before.length - tail),
    after.slice(start, after.length - tail),
  );
  return hunks(
    kept.map(([x, y]) => [x + start, y + start]),
    {start, before: before.length - tail, after: after.length - tail},
  );
}

/**
 * What lies between the lines that are kept.
 *
 * @param {number[][]} kept
 * @param {{start: number, before: number, after: number}} bounds
 */
function hunks(kept, {start, before, after}) {
  /** @type {Hunk[]} */
  const found = [];
  let from = start;
  let newFrom = start;
  for (const [x, y] of [...kept, [before, after]]) {
    if (x > from || y > newFrom) {
      found.push({from, to: x, newFrom, newTo: y});
    }
    from = x + 1;
    newFrom = y + 1;
  }
  return found;
}

/**
 * The pairs of lines that are kept, in order.
 *
 * @param {readonly string[]} a
 * @param {readonly string[]} b
 * @returns {number[][]}
 */
function common(a, b) {
  const most = Math.min(a.length + b.length, EDITS);
  const reach = new Int32Array(2 * most + 3);
  const middle = most + 1;
  /** @type {Int32Array[]} */
  const trace = [];
  for (let edits = 0; edits <= most; edits++) {
    for (let k = -edits; k <= edits; k += 2) {
      const down = k === -edits || (k !== edits && reach[middle + k - 1] < reach[middle + k + 1]);
      let x = down ? reach[middle + k + 1] : reach[middle + k - 1] + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) {
        x++;
      }
      reach[middle + k] = x;
      if (x >= a.length && x - k >= b.length) {
        return walkBack(trace, edits, a.length, b.length);
      }
    }
    trace.push(reach.slice(middle - edits - 1, middle + edits + 2));
  }
  return [];
}

/**
 * @param {Int32Array[]} trace how far each number of edits came
 * @param {number} edits
 * @param {number} x
 * @param {number} y
 */
function walkBack(trace, edits, x, y) {
  /** @type {number[][]} */
  const kept = [];
  for (let left = edits; left > 0; left--) {
    const reach = trace[left - 1];
    // the middle of what was kept of it
    const middle = left;
    const k = x - y;
    const down = k === -left || (k !== left && reach[middle + k - 1] < reach[middle + k + 1]);
    const fromK = down ? k + 1 : k - 1;
    const fromX = reach[middle + fromK];
    const fromY = fromX - fromK;
    while (x > fromX && y > fromY && x > 0 && y > 0 && x - y === k && x > (down ? fromX : fromX + 1)) {
      kept.push([--x, --y]);
    }
    x = fromX;
    y = fromY;
  }
  while (x > 0 && y > 0) {
    kept.push([--x, --y]);
  }
  return kept.reverse();
}

/**
 * What two have made of one text: the stretches that either has changed, and the text with the
 * changes of both where they do not touch each other.
 *
 * @param {string} base
 * @param {string} theirs
 * @param {string} mine
 * @returns {{regions: Region[], merged: string | undefined}} nothing merged where they conflict
 */
export function merge(base, theirs, mine) {
  const lines = {base: base.split('\n'), theirs: theirs.split('\n'), mine: mine.split('\n')};
  const changes = [
    ...difference(lines.base, lines.theirs).map((hunk) => ({hunk, by: 'theirs'})),
    ...difference(lines.base, lines.mine).map((hunk) => ({hunk, by: 'mine'})),
  ].sort((a, b) => a.hunk.from - b.hunk.from || a.hunk.to - b.hunk.to);

  /** @type {Region[]} */
  const regions = [];
  /** @type {string[]} */
  const merged = [];
  let at = 0;
  const drift = {theirs: 0, mine: 0};
  for (let i = 0; i < changes.length; ) {
    const from = changes[i].hunk.from;
    let to = changes[i].hunk.to;
    const own = {theirs: /** @type {Hunk[]} */ ([]), mine: /** @type {Hunk[]} */ ([])};
    // what touches is one region: an insertion beside a change is in doubt
    for (; i < changes.length && (own.theirs.length + own.mine.length === 0 || changes[i].hunk.from <= to); i++) {
      own[changes[i].by === 'theirs' ? 'theirs' : 'mine'].push(changes[i].hunk);
      to = Math.max(to, changes[i].hunk.to);
    }
    const region = {
      base: lines.base.slice(from, to),
      theirs: side(lines.theirs, from, to, drift.theirs, own.theirs),
      mine: side(lines.mine, from, to, drift.mine, own.mine),
      at: from,
      conflict: false,
    };
    region.conflict =
      own.theirs.length > 0 && own.mine.length > 0 && region.theirs.join('\n') !== region.mine.join('\n');
    regions.push(region);
    merged.push(...lines.base.slice(at, from), ...(own.mine.length > 0 ? region.mine : region.theirs));
    drift.theirs += grown(own.theirs);
    drift.mine += grown(own.mine);
    at = to;
  }
  merged.push(...lines.base.slice(at));
  const conflict = regions.some((region) => region.conflict);
  return {regions, merged: conflict ? undefined : merged.join('\n')};
}

/**
 * What stands for the lines `from` to `to` of the base in a changed text.
 *
 * @param {string[]} lines
 * @param {number} from
 * @param {number} to
 * @param {number} drift by how much lines have moved before
 * @param {Hunk[]} own the changes among them
 */
function side(lines, from, to, drift, own) {
  return lines.slice(from + drift, to + drift + grown(own));
}

/** @param {Hunk[]} hunks */
function grown(hunks) {
  return hunks.reduce((sum, hunk) => sum + (hunk.newTo - hunk.newFrom) - (hunk.to - hunk.from), 0);
}
