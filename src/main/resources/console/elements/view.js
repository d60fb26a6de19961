import {Asking} from './asking.js';

/**
 * What every view is given.
 *
 * @template [Q=never] what it asks the user
 * @extends {Asking<Q>}
 */
export class View extends Asking {
  /** @type {Record<string, {attribute?: boolean, state?: boolean}>} */
  static properties = {
    session: {attribute: false},
    space: {attribute: false},
    path: {attribute: false},
  };

  constructor() {
    super();
    /** @type {import('../session.js').Session | undefined} */
    this.session = undefined;
    this.space = '';
    /** What follows the view's name in the hash, decoded. @type {string[]} */
    this.path = [];
  }
}
