import {LitElement, html} from '../lit/lit.js';

const KEPT = 'botbot-theme';
const THEMES = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

/** Light, dark, or as the system has it. The page applies what is kept before it paints. */
class ThemeSwitch extends LitElement {
  createRenderRoot() {
    return this;
  }

  render() {
    const theme = localStorage.getItem(KEPT) ?? 'system';
    return html`<label class="theme"
      ><span>Theme</span>
      <select @change=${this.#changed}>
        ${THEMES.map(
          ([value, text]) => html`<option value=${value} ?selected=${value === theme}>${text}</option>`,
        )}
      </select></label
    >`;
  }

  /** @param {Event & {target: HTMLSelectElement}} event */
  #changed({target}) {
    const root = document.documentElement;
    if (target.value === 'system') {
      localStorage.removeItem(KEPT);
      delete root.dataset.theme;
    } else {
      localStorage.setItem(KEPT, target.value);
      root.dataset.theme = target.value;
    }
  }
}

customElements.define('botbot-theme-switch', ThemeSwitch);
