import {html} from '../lit/lit.js';
import {View} from '../elements/view.js';
import './users/user.js';

/** Finds users and sessions, and shows a user. */
class Users extends View {
  render() {
    const [id] = this.path;
    if (id !== undefined && id !== '') {
      return html`<botbot-user .userId=${id} .admin=${this.session?.admin ?? false}></botbot-user>`;
    }
    return html`<h1>Users and sessions</h1>
      <div class="columns">
        ${this.#form('users', 'User', 'The id that your platform gives, with all its characters.')}
        ${this.#form('sessions', 'Session', 'To look at a session that slides is an access: it lives on.')}
      </div>`;
  }

  /**
   * @param {string} view
   * @param {string} title
   * @param {string} hint
   */
  #form(view, title, hint) {
    return html`<section class="card">
      <h2>${title}</h2>
      <form class="field" @submit=${(/** @type {Event} */ event) => open(event, view)}>
        <label for=${`find-${view}`}>Id of the ${title.toLowerCase()}</label>
        <div class="joined">
          <input
            id=${`find-${view}`}
            name="id"
            required
            autocomplete="off"
            autocapitalize="none"
            spellcheck="false"
            aria-describedby=${`find-${view}-hint`}
          />
          <button class="primary">Look up</button>
        </div>
        <small id=${`find-${view}-hint`}>${hint}</small>
      </form>
    </section>`;
  }
}

/**
 * @param {Event} event
 * @param {string} view
 */
function open(event, view) {
  event.preventDefault();
  const id = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get('id')).trim();
  location.hash = `#/${view}/${encodeURIComponent(id)}`;
}

customElements.define('botbot-users', Users);
