/** Node's own histogram, which is C. It takes whole numbers from 1. */
import { createHistogram } from 'node:perf_hooks';
import { DAY_MS, PER_MILLES, STEPS_PER_MS } from './layout.mjs';

class Native {
  constructor() {
    this.histogram = createHistogram({ lowest: 1, highest: DAY_MS * STEPS_PER_MS, figures: 2 });
  }
  record(/** @type {number} */ ms) {
    this.histogram.record(Math.max(1, Math.round(ms * STEPS_PER_MS)));
  }
  quantiles() {
    return PER_MILLES.map((perMille) => this.histogram.percentile(perMille / 10) / STEPS_PER_MS);
  }
}

/** @type {Record<string, import('./layout.mjs').Way>} */
export const ways = { 'perf-hooks': { name: 'perf_hooks, 64 bits', open: () => new Native(), counted: 'resident' } };
