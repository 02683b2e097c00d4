/** Ways that are objects of hdr-histogram-js. They also keep total, minimum and maximum. */
import { build, initWebAssemblySync } from 'hdr-histogram-js';
import { cellOf, DAY_MS, PER_MILLES, STEPS_PER_MS } from './layout.mjs';

const RANGE = {
  lowestDiscernibleValue: 1,
  highestTrackableValue: DAY_MS * STEPS_PER_MS,
  numberOfSignificantValueDigits: 2,
  autoResize: false,
};

const percentiles = (/** @type {import('hdr-histogram-js').Histogram} */ histogram) =>
  PER_MILLES.map((perMille) => histogram.getValueAtPercentile(perMille / 10) / STEPS_PER_MS);

class Recording {
  constructor(/** @type {import('hdr-histogram-js').Histogram} */ histogram) {
    this.histogram = histogram;
  }
  record(/** @type {number} */ ms) {
    this.histogram.recordValue(Math.round(ms * STEPS_PER_MS));
  }
  quantiles() {
    return percentiles(this.histogram);
  }
}

/** The object counts, the index is computed as the library does it. */
class Indexed {
  constructor() {
    this.histogram = /** @type {import('hdr-histogram-js').Int32Histogram} */ (build({ bitBucketSize: 32, ...RANGE }));
  }
  record(/** @type {number} */ ms) {
    this.histogram.incrementCountAtIndex(cellOf(ms));
    this.histogram.addToTotalCount(1);
  }
  quantiles() {
    return percentiles(this.histogram);
  }
}

/** @type {Record<string, import('./layout.mjs').Way>} */
export const ways = {
  'hdr-32': { name: 'hdr, 32 bits', open: () => new Recording(build({ bitBucketSize: 32, ...RANGE })) },
  'hdr-64': { name: 'hdr, float64', open: () => new Recording(build({ bitBucketSize: 64, ...RANGE })) },
  'hdr-index': { name: 'hdr, 32 bits, own index', open: () => new Indexed() },
  'hdr-packed': { name: 'hdr, packed', open: () => new Recording(build({ bitBucketSize: 'packed', ...RANGE })) },
  'hdr-wasm': {
    name: 'hdr, WASM 32 bits',
    open() {
      initWebAssemblySync();
      return new Recording(build({ bitBucketSize: 32, useWebAssembly: true, ...RANGE }));
    },
    counted: 'resident',
  },
};
