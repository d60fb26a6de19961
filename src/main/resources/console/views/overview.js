import {html, nothing} from '../lit/lit.js';
import {ApiError, request} from '../api.js';
import {sparkline} from '../elements/sparkline.js';
import {View} from '../elements/view.js';
import {duration, number, when} from '../elements/when.js';

/**
 * @typedef {import('../../../../client/src/openapi.js').components['schemas']} Schemas
 * @typedef {Schemas['Status']} Status
 * @typedef {Schemas['StatusSample']} Sample
 *
 * @typedef {object} Check of the health, which is open to all
 * @property {string} name
 * @property {'UP' | 'DOWN'} status
 * @property {Record<string, unknown>} [data]
 */

const PERIOD_MS = 1000;
const LONGEST_WAIT_MS = 3000;

const KIND = {normal: 'good', recovering: 'warning', degraded: 'bad'};

/** How the instance that answers is: live, once a second, and the last quarter of an hour. */
class Overview extends View {
  static properties = {
    status: {state: true},
    samples: {state: true},
    checks: {state: true},
    fault: {state: true},
    table: {state: true},
  };

  constructor() {
    super();
    /** @type {Status | undefined} */
    this.status = undefined;
    /** @type {Sample[]} */
    this.samples = [];
    /** @type {Check[] | undefined} */
    this.checks = undefined;
    /** Why what is shown may be old. @type {string | undefined} */
    this.fault = undefined;
    /** Whether the table is open. */
    this.table = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.sampledAt = 0;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#look();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  async #look() {
    // nobody sees it
    if (!document.hidden) {
      await this.#read();
    }
    if (this.isConnected) {
      this.timer = setTimeout(() => this.#look(), PERIOD_MS);
    }
  }

  async #read() {
    const signal = AbortSignal.timeout(LONGEST_WAIT_MS);
    try {
      if (this.session?.admin) {
        await this.#readStatus(signal);
      } else {
        await this.#readHealth(signal);
      }
      this.fault = undefined;
    } catch (e) {
      this.fault = e instanceof ApiError ? e.detail : 'The service does not answer in time.';
    }
  }

  /** @param {AbortSignal} signal */
  async #readStatus(signal) {
    this.status = (await request('GET', '/v1/status', {signal})).body;
    if (performance.now() - this.sampledAt >= 5 * PERIOD_MS || this.samples.length === 0) {
      const {body} = await request('GET', '/v1/status/history', {signal});
      this.samples = body.samples;
      this.sampledAt = performance.now();
    }
  }

  /** @param {AbortSignal} signal */
  async #readHealth(signal) {
    try {
      this.checks = (await request('GET', '/q/health/well', {signal})).body.checks;
    } catch (e) {
      // 503 says what is not well
      const checks = e instanceof ApiError && /** @type {any} */ (e.problem).checks;
      if (!checks) {
        throw e;
      }
      this.checks = checks;
    }
  }

  render() {
    return html`<h1>Overview</h1>
      <div role="alert">
        ${this.fault === undefined
          ? nothing
          : html`<p class="error">${this.fault} What is shown is what was last known.</p>`}
      </div>
      ${this.session?.admin
        ? this.status === undefined
          ? nothing
          : this.#status(this.status)
        : this.#health()}`;
  }

  /** @param {Status} status */
  #status(status) {
    return html`${alerts(status)}
      <div class="cards">
        ${mode(status)} ${this.#redis(status)} ${this.#postgres(status)} ${this.#outbox(status)}
        ${this.#traffic(status)}
      </div>
      ${this.#caches(status)} ${this.#history()}`;
  }

  /** @param {Status} status */
  #redis({redis}) {
    return html`<section class="card" aria-labelledby="o-redis">
      <h2 id="o-redis">Redis ${tag(redis.reachable, 'answers', 'away')}</h2>
      <p class="figure">${number(redis.latencyMs)} <small>ms</small></p>
      ${this.#line('Latency of Redis', (s) => (s.redisReachable ? s.redisLatencyMs : undefined), ms)}
      <p class="quiet">Epoch ${redis.epoch}, ${redis.evictionPolicy}, ${number(redis.evictedKeys)} evicted</p>
    </section>`;
  }

  /** @param {Status} status */
  #postgres({postgres}) {
    return html`<section class="card" aria-labelledby="o-postgres">
      <h2 id="o-postgres">
        PostgreSQL
        ${postgres.reachable && !postgres.writable
          ? html`<span class="tag bad">read-only</span>`
          : tag(postgres.reachable, 'answers', 'away')}
      </h2>
      <p class="figure">${number(postgres.latencyMs)} <small>ms</small></p>
      ${this.#line(
        'Latency of PostgreSQL',
        (s) => (s.postgresReachable ? s.postgresLatencyMs : undefined),
        ms,
      )}
      <p class="quiet">${postgres.cause === '' ? 'Takes reads and writes' : postgres.cause}</p>
    </section>`;
  }

  /** @param {Status} status */
  #outbox({outbox}) {
    return html`<section class="card" aria-labelledby="o-outbox">
      <h2 id="o-outbox">Outbox</h2>
      <p class="figure">${number(outbox.pending)}</p>
      ${this.#line('Writes that Redis may not know', (s) => s.outboxPending, number)}
      <p class="quiet">
        ${outbox.pending === 0
          ? 'Redis knows every write'
          : `Redis may not know them; the oldest is of ${duration(outbox.oldestAgeMs)} ago`}
      </p>
    </section>`;
  }

  /** @param {Status} status */
  #traffic({traffic}) {
    return html`<section class="card" aria-labelledby="o-requests">
        <h2 id="o-requests">Requests</h2>
        <p class="figure">${number(traffic.requestsPerSecond)} <small>a second</small></p>
        ${this.#line('Requests a second', (s) => s.traffic.requestsPerSecond, number)}
      </section>
      <section class="card" aria-labelledby="o-p99">
        <h2 id="o-p99">99th percentile</h2>
        <p class="figure">
          ${traffic.p99Ms === undefined ? '–' : html`${number(traffic.p99Ms)} <small>ms</small>`}
        </p>
        ${this.#line('99th percentile', (s) => s.traffic.p99Ms ?? undefined, ms)}
        ${traffic.p99Ms === undefined ? html`<p class="quiet">No requests in the last seconds</p>` : nothing}
      </section>
      <section class="card" aria-labelledby="o-denied">
        <h2 id="o-denied">Denied checks</h2>
        <p class="figure">${number(traffic.deniedPerSecond)} <small>a second</small></p>
        ${this.#line('Denied checks a second', (s) => s.traffic.deniedPerSecond, number)}
      </section>`;
  }

  /** @param {Status} status */
  #caches({caches}) {
    const names = Object.keys(caches);
    return html`<section class="card" aria-labelledby="o-caches">
      <h2 id="o-caches">Hit rates of the caches</h2>
      ${names.length === 0
        ? html`<p class="quiet">Nothing was read yet.</p>`
        : html`<div class="wide" tabindex="0" role="region" aria-labelledby="o-caches">
            <table>
              <thead>
                <tr>
                  <th scope="col">Cache</th>
                  <th scope="col" class="number">Hit rate</th>
                  <th scope="col">15 minutes</th>
                  <th scope="col" class="number">Hits</th>
                  <th scope="col" class="number">Misses</th>
                </tr>
              </thead>
              <tbody>
                ${names.map((name) => this.#cache(name, caches[name]))}
              </tbody>
            </table>
          </div>`}
    </section>`;
  }

  /**
   * @param {string} name
   * @param {Schemas['CacheCounts']} counts
   */
  #cache(name, counts) {
    return html`<tr>
      <th scope="row">${name}</th>
      <td class="number">${percent(counts.hitRate ?? 0)}</td>
      <td>${this.#line(`Hit rate of ${name}`, (s) => s.hitRates[name], percent)}</td>
      <td class="number">${number(counts.hits ?? 0)}</td>
      <td class="number">${number(counts.misses ?? 0)}</td>
    </tr>`;
  }

  /**
   * @param {string} label
   * @param {(sample: Sample) => number | undefined} value
   * @param {(value: number) => string} text
   */
  #line(label, value, text) {
    return sparkline(label, this.samples.map(value), text);
  }

  #history() {
    return html`<details
      class="card"
      @toggle=${(/** @type {ToggleEvent} */ event) => (this.table = event.newState === 'open')}
    >
      <summary>The last 15 minutes as a table</summary>
      ${this.table ? table(this.samples) : nothing}
    </details>`;
  }

  #health() {
    if (this.checks === undefined) {
      return nothing;
    }
    return html`<section class="card" aria-labelledby="o-health">
        <h2 id="o-health">Health</h2>
        <div role="status"><ul class="plain">
          ${this.checks.map(
            (check) =>
              html`<li>
                ${check.name} ${tag(check.status === 'UP', 'well', 'not well')}
                ${Object.entries(check.data ?? {}).map(
                  ([name, value]) => html`<span class="quiet">${name} ${String(value)} </span>`,
                )}
              </li>`,
          )}
        </ul></div>
      </section>
      <p>Traffic, hit rates, the outbox, alerts and the last 15 minutes are shown to keys of role admin.</p>`;
  }
}

/** @param {Status} status */
function mode(status) {
  return html`<section class="card" aria-labelledby="o-mode">
    <h2 id="o-mode">Mode</h2>
    <p class="figure" role="status"><span class=${`tag ${KIND[status.mode]}`}>${status.mode}</span></p>
    <p>Since ${when(status.since)}</p>
    <p class="quiet">${status.redis.cause}</p>
  </section>`;
}

/** @param {Status} status */
function alerts({alerts: open}) {
  return html`<section class=${open.length === 0 ? 'card' : 'card bad'} aria-labelledby="o-alerts">
    <h2 id="o-alerts">Alerts</h2>
    <div role="status">
      ${open.length === 0
        ? html`<p class="quiet">None is open.</p>`
        : html`<ul class="plain">
            ${open.map(
              (alert) =>
                html`<li>
                  <span class="tag bad">${alert.name}</span> ${alert.cause}, since ${when(alert.since)}.
                  <a class="step" href=${`#/runbook/${encodeURIComponent(alert.name)}`}
                    >What to do about ${alert.name}</a
                  >
                </li>`,
            )}
          </ul>`}
    </div>
  </section>`;
}

/** @param {Sample[]} samples */
function table(samples) {
  const caches = [...new Set(samples.flatMap((sample) => Object.keys(sample.hitRates)))].sort();
  return html`<div class="wide" tabindex="0" role="region" aria-label="The last 15 minutes">
    <table>
      <thead>
        <tr>
          <th scope="col">Time</th>
          <th scope="col">Mode</th>
          ${[
            'Requests a second',
            '99th percentile',
            'Denied a second',
            'Redis',
            'PostgreSQL',
            'Outbox',
            ...caches.map((name) => `Hit rate of ${name}`),
          ].map((title) => html`<th scope="col" class="number">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${samples.toReversed().map(
          (sample) =>
            html`<tr>
              <th scope="row">${when(sample.at)}</th>
              <td>${sample.mode}</td>
              <td class="number">${number(sample.traffic.requestsPerSecond)}</td>
              <td class="number">${sample.traffic.p99Ms === undefined ? '–' : ms(sample.traffic.p99Ms)}</td>
              <td class="number">${number(sample.traffic.deniedPerSecond)}</td>
              <td class="number">${sample.redisReachable ? ms(sample.redisLatencyMs) : 'away'}</td>
              <td class="number">${sample.postgresReachable ? ms(sample.postgresLatencyMs) : 'away'}</td>
              <td class="number">${number(sample.outboxPending)}</td>
              ${caches.map(
                (name) =>
                  html`<td class="number">
                    ${name in sample.hitRates ? percent(sample.hitRates[name]) : '–'}
                  </td>`,
              )}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/**
 * @param {boolean} well
 * @param {string} yes
 * @param {string} no
 */
function tag(well, yes, no) {
  return html`<span class=${`tag ${well ? 'good' : 'bad'}`}>${well ? yes : no}</span>`;
}

/** @param {number} value */
function ms(value) {
  return `${number(value)} ms`;
}

/** @param {number} share */
function percent(share) {
  return `${number(Math.round(share * 1000) / 10)} %`;
}

customElements.define('botbot-overview', Overview);
