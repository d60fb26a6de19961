import {html, nothing} from '../../lit/lit.js';
import {LightElement} from '../../elements/light.js';
import {duration} from '../../elements/when.js';

/** @typedef {import('../../api.js').Schemas['RatePolicyBody']} Body */

const ALGORITHMS = {
  'sliding-window': 'sliding window',
  exact: 'exact (limits up to 10,000)',
};

const OUTAGES = {
  local: 'count on each instance',
  allow: 'let everything pass',
  deny: 'deny everything',
};

/**
 * Edits a policy.
 *
 * @fires CustomEvent#botbot-draft with the policy, at every change
 * @fires CustomEvent#botbot-review
 * @fires CustomEvent#botbot-discard
 */
class PolicyForm extends LightElement {
  static properties = {draft: {attribute: false}};

  constructor() {
    super();
    /** @type {Body | undefined} */
    this.draft = undefined;
  }

  render() {
    const draft = this.draft;
    if (draft === undefined) {
      return nothing;
    }
    return html`<form @submit=${this.#review} @input=${this.#typed}>
      <div class="fields">
        <div class="field">
          <label for="p-tier">Tier, or * for any</label>
          <input id="p-tier" name="tier" required .value=${draft.tier} autocomplete="off" spellcheck="false" />
        </div>
        <div class="field">
          <label for="p-endpoint">Endpoint, a prefix and *, or *</label>
          <input
            id="p-endpoint"
            name="endpoint"
            required
            .value=${draft.endpoint}
            autocomplete="off"
            spellcheck="false"
          />
        </div>
        <div class="field">
          <label for="p-limit">Limit, in units of cost</label>
          <input
            id="p-limit"
            name="limit"
            type="number"
            required
            min="1"
            max=${draft.algorithm === 'exact' ? 10_000 : 1_000_000_000}
            .value=${shown(draft.limit)}
          />
        </div>
        <div class="field">
          <label for="p-window">Window, in milliseconds</label>
          <input
            id="p-window"
            name="windowMs"
            type="number"
            required
            min="100"
            max="2678400000"
            aria-describedby="p-window-hint"
            .value=${shown(draft.windowMs)}
          />
          <small id="p-window-hint">${duration(draft.windowMs)}</small>
        </div>
        <div class="field">
          <label for="p-algorithm">Algorithm</label>
          <select id="p-algorithm" name="algorithm">
            ${options(ALGORITHMS, draft.algorithm)}
          </select>
        </div>
        <div class="field">
          <label for="p-outage">While Redis is away</label>
          <select id="p-outage" name="onOutage">
            ${options(OUTAGES, draft.onOutage)}
          </select>
        </div>
        <fieldset class="whole">
          <legend>How it takes part</legend>
          <label class="choice">
            <input type="checkbox" name="enabled" .checked=${draft.enabled ?? true} /> Enabled: it counts
          </label>
          <label class="choice">
            <input type="checkbox" name="shadow" .checked=${draft.shadow ?? false} /> Shadow: it counts and
            reports, and denies nobody
          </label>
        </fieldset>
      </div>
      <div class="row">
        <button class="primary">Review and put in force …</button>
        <button type="button" @click=${() => this.dispatchEvent(new CustomEvent('botbot-discard'))}>
          Discard
        </button>
      </div>
    </form>`;
  }

  #typed() {
    const data = new FormData(/** @type {HTMLFormElement} */ (this.querySelector('form')));
    /** @type {Body} */
    const draft = {
      tier: String(data.get('tier')),
      endpoint: String(data.get('endpoint')),
      limit: Number(data.get('limit')),
      windowMs: Number(data.get('windowMs')),
      algorithm: /** @type {Body['algorithm']} */ (data.get('algorithm')),
      onOutage: /** @type {Body['onOutage']} */ (data.get('onOutage')),
      shadow: data.has('shadow'),
      enabled: data.has('enabled'),
    };
    this.dispatchEvent(new CustomEvent('botbot-draft', {detail: draft}));
  }

  /** @param {Event} event */
  #review(event) {
    event.preventDefault();
    this.dispatchEvent(new CustomEvent('botbot-review'));
  }
}

/** @param {number} value 0 where nothing is given yet */
function shown(value) {
  return value === 0 ? '' : String(value);
}

/**
 * @param {Record<string, string>} texts
 * @param {string | null | undefined} chosen
 */
function options(texts, chosen) {
  return Object.entries(texts).map(
    ([value, text]) => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`,
  );
}

customElements.define('botbot-policy-form', PolicyForm);
