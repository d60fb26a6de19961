import {LitElement} from '../lit/lit.js';

/** An element whose content is part of the page: one style sheet and one set of labels for all. */
export class LightElement extends LitElement {
  createRenderRoot() {
    return this;
  }
}

let last = 0;

/** An id that is no other element's. */
export function freshId() {
  return `b${++last}`;
}
