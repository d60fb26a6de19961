import {html} from '../lit/lit.js';
import {View} from '../elements/view.js';
import './policies/list.js';
import './policies/page.js';
import './policies/try.js';

/** The rate policies, one of them, or a check that is tried. */
class Policies extends View {
  /** Whether something would be lost by leaving. */
  get unsaved() {
    const page = /** @type {import('./policies/page.js').PolicyPage | null} */ (
      this.querySelector('botbot-policy')
    );
    return page?.unsaved ?? false;
  }

  render() {
    const [name] = this.path;
    const admin = this.session?.admin ?? false;
    if (name !== undefined && name !== '' && admin) {
      return html`<botbot-policy .name=${name}></botbot-policy>`;
    }
    return html`<h1>Rate policies</h1>
      ${admin
        ? html`<botbot-policy-list></botbot-policy-list>`
        : html`<p class="quiet">To see the policies themselves a key needs the role admin.</p>`}
      <botbot-try-check .admin=${admin}></botbot-try-check>`;
  }
}

customElements.define('botbot-policies', Policies);
