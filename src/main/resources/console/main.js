import {LitElement, html, nothing} from './lit/lit.js';
import {keyed} from './lit/directives/keyed.js';
import {ApiError, SIGNED_OUT, setSpace} from './api.js';
import {failure} from './elements/notice.js';
import * as session from './session.js';
import './elements/sign-in.js';
import './elements/space-chooser.js';
import './elements/theme-switch.js';

/**
 * @typedef {import('./session.js').Session} Session
 *
 * @typedef {object} Route
 * @property {string} name of the view: the first segment of the hash
 * @property {string} title
 * @property {() => Promise<unknown>} load makes the element known
 * @property {(view: ViewProperties) => unknown} view the element
 * @property {boolean} [admin] whether it is for administrators alone
 * @property {boolean} [everywhere] whether it is for those alone who may work in every space
 * @property {string} [under] the view by which it is reached, as it has no place in the navigation
 *
 * @typedef {object} ViewProperties what every view is given
 * @property {Session} session
 * @property {string} space
 * @property {string[]} path what follows the view's name in the hash, decoded
 */

/** @type {Route[]} */
const ROUTES = [
  {
    name: 'overview',
    title: 'Overview',
    load: () => import('./views/overview.js'),
    view: ({session, space, path}) =>
      html`<botbot-overview .session=${session} .space=${space} .path=${path}></botbot-overview>`,
  },
  {
    name: 'runbook',
    title: 'Runbook',
    under: 'overview',
    load: () => import('./views/runbook.js'),
    view: ({path}) => html`<botbot-runbook .path=${path}></botbot-runbook>`,
  },
  {
    name: 'settings',
    title: 'Settings',
    load: () => import('./views/documents.js'),
    view: ({session, space, path}) =>
      html`<botbot-settings .session=${session} .space=${space} .path=${path}></botbot-settings>`,
  },
  {
    name: 'agents',
    title: 'Agents',
    load: () => import('./views/documents.js'),
    view: ({session, space, path}) =>
      html`<botbot-agents .session=${session} .space=${space} .path=${path}></botbot-agents>`,
  },
  {
    name: 'policies',
    title: 'Rate policies',
    load: () => import('./views/policies.js'),
    view: ({session, space, path}) =>
      html`<botbot-policies .session=${session} .space=${space} .path=${path}></botbot-policies>`,
  },
  {
    name: 'users',
    title: 'Users',
    load: () => import('./views/users.js'),
    view: ({session, space, path}) =>
      html`<botbot-users .session=${session} .space=${space} .path=${path}></botbot-users>`,
  },
  {
    name: 'sessions',
    title: 'Sessions',
    under: 'users',
    load: () => import('./views/sessions.js'),
    view: ({session, space, path}) =>
      html`<botbot-sessions .session=${session} .space=${space} .path=${path}></botbot-sessions>`,
  },
  {
    name: 'scratch',
    title: 'Scratch',
    load: () => import('./views/scratch.js'),
    view: ({session, space, path}) =>
      html`<botbot-scratch .session=${session} .space=${space} .path=${path}></botbot-scratch>`,
  },
  {
    name: 'clients',
    title: 'Clients',
    admin: true,
    load: () => import('./views/clients.js'),
    view: ({session, space, path}) =>
      html`<botbot-clients .session=${session} .space=${space} .path=${path}></botbot-clients>`,
  },
  {
    name: 'spaces',
    title: 'Spaces',
    admin: true,
    everywhere: true,
    load: () => import('./views/spaces.js'),
    view: ({session, space, path}) =>
      html`<botbot-spaces .session=${session} .space=${space} .path=${path}></botbot-spaces>`,
  },
];

/** The frame around the views: the way in, what leads to them, and the space they work in. */
class Console extends LitElement {
  static properties = {
    session: {state: true},
    asked: {state: true},
    space: {state: true},
    hash: {state: true},
    ready: {state: true},
    broken: {state: true},
    menu: {state: true},
    fault: {state: true},
  };

  constructor() {
    super();
    /** @type {Session | undefined} */
    this.session = undefined;
    /** Whether the way in is open. */
    this.asked = false;
    this.space = '';
    this.hash = location.hash;
    /** The views that are loaded. @type {ReadonlySet<string>} */
    this.ready = new Set();
    /** The view that could not be loaded. @type {string | undefined} */
    this.broken = undefined;
    this.menu = false;
    /** Why nobody was signed out. @type {unknown} */
    this.fault = undefined;
  }

  createRenderRoot() {
    // what the page showed until now
    this.replaceChildren();
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener('hashchange', this.#moved);
    addEventListener('beforeunload', this.#leaving);
    addEventListener(SIGNED_OUT, this.#signedOut);
    this.#begin();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('hashchange', this.#moved);
    removeEventListener('beforeunload', this.#leaving);
    removeEventListener(SIGNED_OUT, this.#signedOut);
  }

  async #begin() {
    const current = await session.current();
    if (current === undefined) {
      this.asked = true;
    } else {
      this.#enter(current);
    }
  }

  /** @param {Session} entered */
  #enter(entered) {
    // who comes back finds the view as it was, and what was not saved in it; others do not
    if (this.session === undefined || this.session.name !== entered.name) {
      this.#work(session.spaceOf(entered));
    }
    this.session = entered;
    this.asked = false;
  }

  /** @param {string} space */
  #work(space) {
    this.space = space;
    setSpace(space);
  }

  #signedOut = () => {
    this.asked = true;
  };

  async #signOut() {
    if (!this.#mayLeave()) {
      return;
    }
    try {
      await session.end();
      this.fault = undefined;
    } catch (e) {
      // the browser still has the cookie
      this.fault = e;
      return;
    }
    // nothing of what was shown stays behind
    this.session = undefined;
    this.asked = true;
  }

  #moved = () => {
    if (location.hash === this.hash) {
      return;
    }
    if (!this.#mayLeave()) {
      history.replaceState(null, '', this.hash === '' ? '#/overview' : this.hash);
      return;
    }
    this.hash = location.hash;
    this.menu = false;
    this.fault = undefined;
    this.updateComplete.then(() => this.querySelector('main')?.focus());
  };

  /** @param {BeforeUnloadEvent} event */
  #leaving = (event) => {
    if (this.#unsaved()) {
      event.preventDefault();
    }
  };

  #unsaved() {
    return [...(this.querySelector('main')?.children ?? [])].some(
      (view) => 'unsaved' in view && view.unsaved === true,
    );
  }

  #mayLeave() {
    return !this.#unsaved() || confirm('What you have not saved here will be lost. Leave?');
  }

  render() {
    return html`
      <a class="skip" href="#content" @click=${this.#skip}>Skip to the content</a>
      <header class="top">
        <a class="brand" href="#/overview">BotBot State</a>
        ${this.session === undefined ? nothing : this.#menuButton()}
        ${this.session?.everywhere
          ? html`<botbot-space-chooser
              .space=${this.space}
              @botbot-space=${this.#spaceChosen}
            ></botbot-space-chooser>`
          : nothing}
        <botbot-theme-switch></botbot-theme-switch>
        ${this.session === undefined ? nothing : this.#who(this.session)}
      </header>
      <div class="below">
        ${this.session === undefined ? nothing : this.#navigation(this.session)}
        <main id="content" tabindex="-1" class="page">
          ${this.fault === undefined ? nothing : failure('You are still signed in.', this.fault)}
          ${this.session === undefined ? html`<h1>BotBot State</h1>` : this.#view(this.session)}
        </main>
      </div>
      <botbot-sign-in
        .open=${this.asked}
        .again=${this.session !== undefined}
        @botbot-signed-in=${(/** @type {CustomEvent<Session>} */ event) => this.#enter(event.detail)}
      ></botbot-sign-in>
    `;
  }

  #menuButton() {
    return html`<button
      class="menu"
      aria-expanded=${this.menu}
      aria-controls="navigation"
      @click=${() => (this.menu = !this.menu)}
    >
      Menu
    </button>`;
  }

  /** @param {Session} entered */
  #who(entered) {
    return html`<div class="who">
      <span title=${`${entered.roles.join(', ')}${entered.everywhere ? '' : `, space ${entered.space}`}`}
        >${entered.name}${entered.admin ? nothing : html` <span class="tag">read-only</span>`}</span
      >
      <button @click=${this.#signOut}>Sign out</button>
    </div>`;
  }

  /** @param {Session} entered */
  #navigation(entered) {
    const current = this.#route().route;
    return html`<nav id="navigation" aria-label="Console" class=${this.menu ? 'open' : ''}>
      <ul>
        ${ROUTES.filter((route) => !route.under && isFor(route, entered)).map(
          (route) =>
            html`<li>
              <a
                href=${`#/${route.name}`}
                aria-current=${route === current ? 'page' : route.name === current?.under ? 'true' : nothing}
                >${route.title}</a
              >
            </li>`,
        )}
      </ul>
    </nav>`;
  }

  /** @param {Session} entered */
  #view(entered) {
    const {route, path} = this.#route();
    if (route === undefined) {
      return html`<h1>There is no such page</h1>
        <p><a href="#/overview">Overview</a></p>`;
    }
    if (!isFor(route, entered)) {
      return html`<h1>${route.title}</h1>
        <p>Your key may not see this: it asks for role admin${route.everywhere ? ' in every space' : ''}.</p>`;
    }
    document.title = `${route.title} – BotBot State`;
    if (this.broken === route.name) {
      const error = new ApiError(0, {detail: 'The service cannot be reached.'}, {});
      return failure('This page could not be loaded.', error, () => location.reload());
    }
    if (!this.ready.has(route.name)) {
      this.#load(route);
      return html`<p role="status">Loading …</p>`;
    }
    const view = route.view({session: entered, space: this.space, path});
    // nothing of one space, or of one caller, is left in the view of another
    return keyed(JSON.stringify([route.name, entered.name, this.space]), view);
  }

  /** @param {Route} route */
  async #load(route) {
    try {
      await route.load();
      this.ready = new Set([...this.ready, route.name]);
    } catch {
      // a browser may remember that a module did not come, until the page is loaded anew
      this.broken = route.name;
    }
  }

  #route() {
    const [name, ...rest] = this.hash.replace(/^#\/?/, '').split('/');
    const route = ROUTES.find((one) => one.name === (name === '' ? 'overview' : name));
    return {route, path: rest.map(decoded)};
  }

  /** @param {CustomEvent<string>} event */
  #spaceChosen(event) {
    if (event.detail !== this.space && this.#mayLeave()) {
      session.keepSpace(event.detail);
      this.#work(event.detail);
    }
  }

  /** @param {Event} event */
  #skip(event) {
    // the hash is the view's
    event.preventDefault();
    this.querySelector('main')?.focus();
  }
}

/**
 * @param {Route} route
 * @param {Session} session
 */
function isFor(route, session) {
  return (!route.admin || session.admin) && (!route.everywhere || session.everywhere);
}

/** @param {string} segment */
function decoded(segment) {
  try {
    return decodeURIComponent(segment);
  } catch {
    // written by hand
    return segment;
  }
}

customElements.define('botbot-console', Console);
