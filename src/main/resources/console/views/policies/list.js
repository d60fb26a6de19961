import {html, nothing} from '../../lit/lit.js';
import {LightElement} from '../../elements/light.js';
import {number} from '../../elements/when.js';
import {LOOK_MS, limitOf, listed} from './reading.js';
import '../../elements/pager.js';

/** @typedef {import('./reading.js').PolicyInUse} PolicyInUse */

/** The policies, and what each decides at present. */
class PolicyList extends LightElement {
  constructor() {
    super();
    this.timer = 0;
  }

  connectedCallback() {
    super.connectedCallback();
    this.timer = setInterval(() => this.#look(), LOOK_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  #look() {
    const pager = /** @type {import('../../elements/pager.js').Pager | null} */ (
      this.querySelector('botbot-pager')
    );
    if (document.visibilityState === 'visible') {
      pager?.reload();
    }
  }

  render() {
    return html`<div class="tools">
        <p class="quiet grow">
          Admitted and denied: in the last minute, on the instance that answers. Other instances count
          for themselves.
        </p>
        <form class="field" @submit=${this.#make}>
          <label for="new-policy">New policy, or one to open</label>
          <div class="joined">
            <input id="new-policy" required maxlength="128" autocomplete="off" spellcheck="false" />
            <button>Open</button>
          </div>
        </form>
      </div>
      <botbot-pager
        class="card"
        .label=${'Rate policies'}
        .load=${listed}
        .head=${html`<th>Name</th>
          <th class="minor">Tier</th>
          <th class="minor">Endpoint</th>
          <th class="minor">Limit</th>
          <th class="number">Admitted</th>
          <th class="number">Denied</th>`}
        .row=${row}
        .none=${'There are no policies in this space: nothing is limited.'}
      ></botbot-pager>`;
  }

  /** @param {Event} event */
  #make(event) {
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (this.querySelector('#new-policy'));
    location.hash = `#/policies/${encodeURIComponent(field.value.trim())}`;
  }
}

/** @param {PolicyInUse} policy */
function row(policy) {
  const {admitted = 0, denied = 0, shadowDenied = 0} = policy.usage?.lastMinute ?? {};
  return html`<tr>
    <td>
      <a class="name" href=${`#/policies/${encodeURIComponent(policy.name)}`}>${policy.name}</a>
      ${tags(policy)}
    </td>
    <td class="minor">${any(policy.tier)}</td>
    <td class="minor">${any(policy.endpoint)}</td>
    <td class="minor">${limitOf(policy)}</td>
    <td class="number">${number(admitted)}</td>
    <td class="number">
      ${policy.shadow
        ? html`<span class="quiet">would be ${number(shadowDenied)}</span>`
        : denied > 0
          ? html`<span class="tag bad">${number(denied)}</span>`
          : '0'}
    </td>
  </tr>`;
}

/** @param {Pick<PolicyInUse, 'shadow' | 'enabled'>} policy */
export function tags({shadow, enabled}) {
  return html`${shadow ? html`<span class="tag warning">shadow</span>` : nothing}
  ${enabled ? nothing : html`<span class="tag">disabled</span>`}`;
}

/** @param {string} text */
export function any(text) {
  return text === '*' ? html`<span class="quiet">any</span>` : html`<code>${text}</code>`;
}

customElements.define('botbot-policy-list', PolicyList);
