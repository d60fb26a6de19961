import {html} from '../lit/lit.js';
import {path} from '../api.js';
import {View} from '../elements/view.js';
import './documents/list.js';
import './documents/page.js';

/**
 * @typedef {object} Kind of document
 * @property {string} view the name of the view
 * @property {string} noun
 * @property {string} title
 * @property {string} list where they are listed
 * @property {(name: string) => string} one where one is
 * @property {string} id the field of its name
 * @property {string} field that of its content
 * @property {string} first what the editor of a new one begins with
 */

/** @type {Kind} */
const SETTINGS = {
  view: 'settings',
  noun: 'setting',
  title: 'Settings',
  list: '/v1/settings',
  one: (name) => path`/v1/settings/${name}`,
  id: 'key',
  field: 'value',
  first: '{}',
};

/** @type {Kind} */
const AGENTS = {
  view: 'agents',
  noun: 'agent',
  title: 'Agents',
  list: '/v1/agents',
  one: (name) => path`/v1/agents/${name}/config`,
  id: 'agentId',
  field: 'config',
  first: '{}',
};

/** The list of one kind of document, or one of them. */
class Documents extends View {
  /** @param {Kind} kind */
  constructor(kind) {
    super();
    this.kind = kind;
  }

  /** Whether something would be lost by leaving. */
  get unsaved() {
    const page = /** @type {import('./documents/page.js').DocumentPage | null} */ (
      this.querySelector('botbot-document')
    );
    return page?.unsaved ?? false;
  }

  render() {
    const [name] = this.path;
    const admin = this.session?.admin ?? false;
    return name === undefined || name === ''
      ? html`<botbot-document-list .kind=${this.kind} .admin=${admin}></botbot-document-list>`
      : html`<botbot-document .kind=${this.kind} .name=${name} .admin=${admin}></botbot-document>`;
  }
}

customElements.define(
  'botbot-settings',
  class extends Documents {
    constructor() {
      super(SETTINGS);
    }
  },
);

customElements.define(
  'botbot-agents',
  class extends Documents {
    constructor() {
      super(AGENTS);
    }
  },
);
