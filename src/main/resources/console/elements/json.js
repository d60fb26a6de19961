/**
 * JSON as text: parsed without loss, so that every digit of a number stays as it was written, and
 * with the place of each value, so that a fault can be shown where it is.
 *
 * @typedef {object} JsonNode
 * @property {'object' | 'array' | 'string' | 'literal'} kind a literal is a number, true, false or null
 * @property {number} start
 * @property {number} end behind it
 * @property {Member[]} members of an object
 * @property {JsonNode[]} items of an array
 *
 * @typedef {object} Member
 * @property {string} name
 * @property {number} start of the name
 * @property {JsonNode} value
 */

const SPACE = /[ \t\n\r]*/y;
/** A piece of a string: a pattern for the whole would run out of stack on a long one. */
const PIECE = /[^"\\\u0000-\u001f]+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const LITERAL = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null/y;

/** As deep as the service stores a document, and a little. */
const DEEPEST = 200;

/** A text that is no JSON. */
export class JsonFault extends Error {
  /**
   * @param {string} message
   * @param {number} at where in the text
   */
  constructor(message, at) {
    super(message);
    this.at = at;
  }
}

/**
 * @param {string} text
 * @returns {JsonNode}
 * @throws {JsonFault}
 */
export function parse(text) {
  const reader = new Reader(text);
  const value = reader.value(0);
  if (reader.at < text.length) {
    throw new JsonFault('There is something behind the end of the value.', reader.at);
  }
  return value;
}

class Reader {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  /**
   * @param {number} depth
   * @returns {JsonNode} with the white space behind it read
   */
  value(depth) {
    if (depth > DEEPEST) {
      throw new JsonFault(`It is nested deeper than ${DEEPEST}.`, this.at);
    }
    this.skip();
    const start = this.at;
    const first = this.text[start];
    const node = first === '{' ? this.object(depth) : first === '[' ? this.array(depth) : this.scalar();
    node.end = this.at;
    this.skip();
    return node;
  }

  skip() {
    this.token(SPACE);
  }

  /** @param {RegExp} pattern */
  token(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    this.at += found === null ? 0 : found[0].length;
    return found?.[0];
  }

  /** @param {string} character */
  takes(character) {
    const there = this.text[this.at] === character;
    this.at += there ? 1 : 0;
    return there;
  }

  /** @param {number} depth */
  object(depth) {
    const node = this.node('object');
    this.at++;
    this.skip();
    if (this.takes('}')) {
      return node;
    }
    do {
      this.skip();
      const start = this.at;
      const name = this.string('A name in quotes is expected here.');
      this.skip();
      if (!this.takes(':')) {
        throw new JsonFault('A colon is expected here.', this.at);
      }
      node.members.push({name: JSON.parse(name), start, value: this.value(depth + 1)});
    } while (this.takes(','));
    if (!this.takes('}')) {
      throw new JsonFault('A comma or } is expected here.', this.at);
    }
    return node;
  }

  /** @param {number} depth */
  array(depth) {
    const node = this.node('array');
    this.at++;
    this.skip();
    if (this.takes(']')) {
      return node;
    }
    do {
      node.items.push(this.value(depth + 1));
    } while (this.takes(','));
    if (!this.takes(']')) {
      throw new JsonFault('A comma or ] is expected here.', this.at);
    }
    return node;
  }

  scalar() {
    if (this.text[this.at] === '"') {
      const node = this.node('string');
      this.string('');
      return node;
    }
    const node = this.node('literal');
    if (!this.token(LITERAL)) {
      const message = this.at < this.text.length ? 'A value is expected here.' : 'A value is missing.';
      throw new JsonFault(message, this.at);
    }
    return node;
  }

  /** @param {string} expected */
  string(expected) {
    const start = this.at;
    if (!this.takes('"')) {
      throw new JsonFault(expected, start);
    }
    while (this.token(PIECE) !== undefined) {
      // on to the next
    }
    if (!this.takes('"')) {
      const ends = this.at >= this.text.length || this.text[this.at] === '\n';
      throw new JsonFault(ends ? 'This text does not end.' : 'This character needs an escape.', ends ? start : this.at);
    }
    return this.text.slice(start, this.at);
  }

  /**
   * @param {JsonNode["kind"]} kind
   * @returns {JsonNode}
   */
  node(kind) {
    return {kind, start: this.at, end: this.at, members: [], items: []};
  }
}

/**
 * The same value over several lines.
 *
 * @param {string} text JSON
 */
export function pretty(text) {
  return written(parse(text), text, '\n');
}

/**
 * The same value without any space.
 *
 * @param {string} text JSON
 */
export function compact(text) {
  return written(parse(text), text, '');
}

/**
 * @param {JsonNode} node
 * @param {string} text
 * @param {string} line what a line begins with, or nothing
 * @returns {string}
 */
function written(node, text, line) {
  if (node.members.length + node.items.length === 0) {
    return node.kind === 'object' ? '{}' : node.kind === 'array' ? '[]' : text.slice(node.start, node.end);
  }
  const deeper = line === '' ? '' : `${line}  `;
  if (node.kind === 'array') {
    return `[${deeper}${node.items.map((item) => written(item, text, deeper)).join(`,${deeper}`)}${line}]`;
  }
  const colon = line === '' ? ':' : ': ';
  const members = node.members.map(
    ({start, value}) => nameAt(text, start) + colon + written(value, text, deeper),
  );
  return `{${deeper}${members.join(`,${deeper}`)}${line}}`;
}

/**
 * @param {string} text
 * @param {number} start
 */
function nameAt(text, start) {
  const reader = new Reader(text);
  reader.at = start;
  return reader.string('');
}

/**
 * The text of one member of an object, to the letter.
 *
 * @param {string} text a JSON object
 * @param {string} name
 * @returns {string | undefined}
 */
export function member(text, name) {
  const found = parse(text).members.findLast((one) => one.name === name);
  return found && text.slice(found.value.start, found.value.end);
}

/**
 * The texts of the elements of an array that is a member of an object.
 *
 * @param {string} text a JSON object
 * @param {string} name
 */
export function elements(text, name) {
  const found = parse(text).members.findLast((one) => one.name === name);
  return (found?.value.items ?? []).map((item) => text.slice(item.start, item.end));
}

/**
 * Where what a violation names is, or what of it there is.
 *
 * @param {JsonNode} root
 * @param {string} path behind the name of the field: `.greeting[0]['a b']`
 * @returns {{start: number, end: number}}
 */
export function locate(root, path) {
  let node = root;
  let place = {start: root.start, end: root.end};
  for (const step of path.matchAll(/\.([^.[]+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]/g)) {
    const [, name, index, quoted] = step;
    const found =
      index === undefined
        ? node.members.findLast((one) => one.name === (name ?? quoted.replaceAll(/\\(.)/g, '$1')))
        : {start: node.items[Number(index)]?.start, value: node.items[Number(index)]};
    if (found?.value === undefined) {
      break;
    }
    node = found.value;
    place = {start: found.start, end: node.end};
  }
  return place;
}

/**
 * The line and column of a place, from 1.
 *
 * @param {string} text
 * @param {number} at
 */
export function lineAndColumn(text, at) {
  const before = text.slice(0, at).split('\n');
  return {line: before.length, column: before[before.length - 1].length + 1};
}
