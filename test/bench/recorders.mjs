/**
 * What metrics.mjs compares with: peers that count and time two events taking turns. Each has loops of its own, so that
 * the compiler sees one kind of object at each call.
 */
import { createHistogram } from 'node:perf_hooks';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { build } from 'hdr-histogram-js';
import { logNormal } from './measure.mjs';

/** Latencies in ms; a power of two of them, so that the next is a mask away. */
export const VALUES = logNormal({ count: 4096, median: 20, sigma: 1.2 });
export const MASK = VALUES.length - 1;
/** Values of the tag, by turns. */
export const MODELS = ['m1', 'm2', 'm3', 'm4'];
const EVENTS = ['llm.response', 'tool.stop'];

/** @typedef {import('./measure.mjs').Loop} Loop */

/** Loops of prom-client or its successor. In seconds, as their buckets are. */
export function loopsOf(/** @type {typeof import('prom-client')} */ { Counter, Histogram, Registry }) {
  const open = (/** @type {string[]} */ labelNames) => {
    const options = { help: 'of the bench', labelNames, registers: [new Registry()] };
    return { counter: new Counter({ name: 'events', ...options }), histogram: new Histogram({ name: 'durations', ...options }) };
  };
  return {
    /** @returns {Loop} */
    bound() {
      const { counter, histogram } = open(['event']);
      const [responses, stops] = EVENTS.map((event) => counter.labels(event));
      const [responseTimes, stopTimes] = EVENTS.map((event) => histogram.labels(event));
      return (calls) => {
        for (let call = 0; call < calls; call += 2) {
          responses.inc();
          responseTimes.observe(VALUES[call & MASK] / 1e3);
          stops.inc();
          stopTimes.observe(VALUES[(call + 1) & MASK] / 1e3);
        }
      };
    },
    /** @returns {Loop} */
    labels() {
      const { counter, histogram } = open(['event']);
      return (calls) => {
        for (let call = 0; call < calls; call += 2) {
          const responded = { event: 'llm.response' };
          counter.inc(responded);
          histogram.observe(responded, VALUES[call & MASK] / 1e3);
          const stopped = { event: 'tool.stop' };
          counter.inc(stopped);
          histogram.observe(stopped, VALUES[(call + 1) & MASK] / 1e3);
        }
      };
    },
    /** @returns {Loop} */
    taggedBound() {
      const { counter, histogram } = open(['event', 'model']);
      const children = EVENTS.map((event) =>
        MODELS.map((model) => ({ count: counter.labels(event, model), time: histogram.labels(event, model) })),
      );
      const [responses, stops] = children;
      return (calls) => {
        for (let call = 0; call < calls; call += 2) {
          const [response, stop] = [responses[(call >> 1) & 3], stops[(call >> 1) & 3]];
          response.count.inc();
          response.time.observe(VALUES[call & MASK] / 1e3);
          stop.count.inc();
          stop.time.observe(VALUES[(call + 1) & MASK] / 1e3);
        }
      };
    },
    /** @returns {Loop} */
    taggedLabels() {
      const { counter, histogram } = open(['event', 'model']);
      return (calls) => {
        for (let call = 0; call < calls; call += 2) {
          const model = MODELS[(call >> 1) & 3];
          const responded = { event: 'llm.response', model };
          counter.inc(responded);
          histogram.observe(responded, VALUES[call & MASK] / 1e3);
          const stopped = { event: 'tool.stop', model };
          counter.inc(stopped);
          histogram.observe(stopped, VALUES[(call + 1) & MASK] / 1e3);
        }
      };
    },
  };
}

export const promClient = async () => loopsOf((await import('prom-client')).default);

/**
 * The successor of prom-client, which has its interface, or why it is not there.
 *
 * @returns {Promise<typeof import('prom-client') | string>}
 */
export async function successor() {
  if (Number.parseInt(process.versions.node, 10) < 22) return 'needs Node 22';
  try {
    return /** @type {never} */ ((await import('@prometheus-io/client')).default);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return 'is not installed';
  }
}

/** Storage exists once there is a reader; this one never reads by itself. */
export class SilentReader extends MetricReader {
  async onForceFlush() {}
  async onShutdown() {}
}

/** @returns {Loop} */
export function openTelemetry(/** @type {boolean} */ tagged) {
  const meter = new MeterProvider({ readers: [new SilentReader()] }).getMeter('bench');
  const [responses, stops] = EVENTS.map((name) => meter.createCounter(name));
  const [responseTimes, stopTimes] = EVENTS.map((name) => meter.createHistogram(`${name}.duration`));
  if (!tagged) {
    return (calls) => {
      for (let call = 0; call < calls; call += 2) {
        responses.add(1);
        responseTimes.record(VALUES[call & MASK]);
        stops.add(1);
        stopTimes.record(VALUES[(call + 1) & MASK]);
      }
    };
  }
  return (calls) => {
    for (let call = 0; call < calls; call += 2) {
      const model = MODELS[(call >> 1) & 3];
      const responded = { model };
      responses.add(1, responded);
      responseTimes.record(VALUES[call & MASK], responded);
      const stopped = { model };
      stops.add(1, stopped);
      stopTimes.record(VALUES[(call + 1) & MASK], stopped);
    }
  };
}

const RANGE = { lowest: 1, highest: 86_400_000_000, figures: 2 };

/** @returns {Loop} */
export function perfHooks() {
  const [responses, stops] = EVENTS.map(() => ({ count: 0, times: createHistogram(RANGE) }));
  return (calls) => {
    for (let call = 0; call < calls; call += 2) {
      responses.count++;
      responses.times.record(Math.round(VALUES[call & MASK] * 1e3));
      stops.count++;
      stops.times.record(Math.round(VALUES[(call + 1) & MASK] * 1e3));
    }
  };
}

/** @returns {Loop} */
export function hdrObjects() {
  const { lowest, highest, figures } = RANGE;
  const [responses, stops] = EVENTS.map(() => ({
    count: 0,
    times: build({ lowestDiscernibleValue: lowest, highestTrackableValue: highest, numberOfSignificantValueDigits: figures }),
  }));
  return (calls) => {
    for (let call = 0; call < calls; call += 2) {
      responses.count++;
      responses.times.recordValue(Math.round(VALUES[call & MASK] * 1e3));
      stops.count++;
      stops.times.recordValue(Math.round(VALUES[(call + 1) & MASK] * 1e3));
    }
  };
}
