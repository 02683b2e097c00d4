/**
 * OpenTelemetry beside the SDK used directly: `metrics`, what an event costs that is counted and timed with one tag; `collect-1000` and
 * `collect-10000`, what a collection of so many series takes, half of them counters and half distributions.
 */
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { AggregationType, InstrumentType, MeterProvider } from '@opentelemetry/sdk-metrics';
import { createTelemetry, defineEvent, defineEvents, dist } from './library.mjs';
import { faster, logNormal, median, report, takeTurns } from './measure.mjs';
import { MASK, MODELS, SilentReader, VALUES } from './recorders.mjs';

/** @type {typeof import('../../lib/exporters/opentelemetry/metrics/index')} */
const { createMetricProducer, observeMetrics } = await import(pathToFileURL(resolve(dist, 'opentelemetry/index.js')).href);

/** The bounds of ours, in seconds. */
const BOUNDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
const ADVICE = { advice: { explicitBucketBoundaries: BOUNDS } };
/** So many events a second that a collection a second is one of so many. */
const EVENTS_A_SECOND = 10_000;

const ms = (/** @type {number} */ value) => `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ms`;
const times = (/** @type {number} */ value) => `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ×`;

/** @typedef {import('@opentelemetry/sdk-metrics').MetricReader} Reader */

/** A provider with a reader that collects when it is asked to. */
function provide(/** @type {import('@opentelemetry/sdk-metrics').MetricReaderOptions} */ options = {}) {
  const reader = new SilentReader(options);
  return { reader, meter: new MeterProvider({ readers: [reader] }).getMeter('bench') };
}

/** Two events taking turns, and a collection now and then. */
function perEvent() {
  /** Ours, told in a way. */
  const ours = (/** @type {(telemetry: ReturnType<typeof createTelemetry>) => Reader} */ tell) => {
    const options = { tags: /** @type {const} */ (['model']) };
    const events = defineEvents('app', { chat: { response: defineEvent(options) }, tool: { stop: defineEvent(options) } });
    const telemetry = createTelemetry({ events, environment: 'production' });
    telemetry.attachMetricsHandler();
    const [responded, stopped] = [telemetry.emitter(events.chat.response), telemetry.emitter(events.tool.stop)];
    const reader = tell(/** @type {never} */ (telemetry));
    let done = 0;
    /** @type {import('./measure.mjs').Loop} */
    const loop = (calls) => {
      for (let call = 0; call < calls; call += 2) {
        const model = MODELS[(call >> 1) & 3];
        responded({ duration: VALUES[call & MASK] }, { model });
        stopped({ duration: VALUES[(call + 1) & MASK] }, { model });
        if ((done += 2) % EVENTS_A_SECOND === 0) void reader.collect();
      }
    };
    return { reader, loop };
  };
  const produced = ours((telemetry) => provide({ metricProducers: [/** @type {never} */ (createMetricProducer(telemetry))] }).reader);
  const observed = ours((telemetry) => {
    const { reader, meter } = provide();
    observeMetrics(meter, telemetry);
    return reader;
  });
  const alone = ours(() => /** @type {never} */ ({ collect() {} }));

  const { reader, meter } = provide();
  const [responses, stops] = ['app.chat.response', 'app.tool.stop'].map((name) => meter.createCounter(name));
  const [responseTimes, stopTimes] = ['app.chat.response', 'app.tool.stop'].map((name) =>
    meter.createHistogram(`${name}.duration`, ADVICE),
  );
  let done = 0;
  /** @type {import('./measure.mjs').Loop} */
  const direct = (calls) => {
    for (let call = 0; call < calls; call += 2) {
      const model = MODELS[(call >> 1) & 3];
      const responded = { model };
      responses.add(1, responded);
      responseTimes.record(VALUES[call & MASK] / 1e3, responded);
      const stopped = { model };
      stops.add(1, stopped);
      stopTimes.record(VALUES[(call + 1) & MASK] / 1e3, stopped);
      if ((done += 2) % EVENTS_A_SECOND === 0) void reader.collect();
    }
  };
  const taken = takeTurns({ produced: produced.loop, observed: observed.loop, alone: alone.loop, direct });
  const peer = 'counter.add and histogram.record of the SDK';
  return {
    readers: [produced.reader, observed.reader, reader],
    rows: [
      faster('event counted and timed, one tag, told by `createMetricProducer`', taken.produced, peer, taken.direct),
      faster('the same, told by `observeMetrics`', taken.observed, peer, taken.direct),
      faster('the same, told to nobody', taken.alone, peer, taken.direct),
    ],
  };
}

/** How many events a collection has counted, by whatever name. */
async function counted(/** @type {Reader} */ reader) {
  const { resourceMetrics, errors } = await reader.collect();
  assert.deepEqual(errors, []);
  const counters = resourceMetrics.scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .filter(({ descriptor }) => !descriptor.name.includes('duration'));
  return counters.flatMap(({ dataPoints }) => dataPoints).reduce((sum, { value }) => sum + Number(value), 0);
}

async function timeMs(/** @type {() => Promise<unknown>} */ work) {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/** The longest time that a timer of 1 ms had to wait while something went on. */
async function longestPause(/** @type {() => Promise<unknown>} */ work) {
  let [last, longest] = [performance.now(), 0];
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last - 1);
    last = now;
  }, 1);
  await wait(5);
  longest = 0;
  await work();
  await wait(2);
  clearInterval(timer);
  return longest;
}

/** Collections of so many series, each of which has a new value since the last one. */
async function collections(/** @type {number} */ series) {
  const TAGS = Math.min(500, series / 4);
  const names = Array.from({ length: series / TAGS / 2 }, (_, index) => `event${index}`);
  const models = Array.from({ length: TAGS }, (_, index) => `model-${index}`);
  const values = logNormal({ count: 4096, median: 20, sigma: 1.2 });
  const events = defineEvents('app', { part: Object.fromEntries(names.map((name) => [name, defineEvent({ tags: ['model'] })])) });
  const telemetry = createTelemetry({ events, environment: 'production' });
  telemetry.attachMetricsHandler();
  const emitters = names.map((name) => telemetry.emitter(events.part[name]));

  const direct = provide();
  const exponential = (/** @type {InstrumentType} */ type) =>
    type === InstrumentType.HISTOGRAM ? { type: AggregationType.EXPONENTIAL_HISTOGRAM } : { type: AggregationType.DEFAULT };
  const directExponential = provide({ aggregationSelector: /** @type {never} */ (exponential) });
  const peers = [direct, directExponential].map(({ meter }) =>
    names.map((name) => ({ counter: meter.createCounter(name), histogram: meter.createHistogram(`${name}.duration`, ADVICE) })),
  );
  const told = provide({ metricProducers: [/** @type {never} */ (createMetricProducer(telemetry))] });
  const toldExponential = provide({
    metricProducers: [/** @type {never} */ (createMetricProducer(telemetry, { histograms: 'exponential' }))],
  });
  const observed = provide();
  observeMetrics(observed.meter, telemetry);

  let [value, recorded] = [0, 0];
  const fill = () => {
    for (let index = 0; index < names.length; index++) {
      for (const model of models) {
        const duration = values[value++ & 4095];
        emitters[index]({ duration }, { model });
        for (const metrics of peers) {
          metrics[index].counter.add(1, { model });
          metrics[index].histogram.record(duration / 1e3, { model });
        }
        recorded++;
      }
    }
  };
  for (let round = 0; round < 20; round++) fill();
  const ways = { told, observed, direct, toldExponential, directExponential };
  const rounds = Object.fromEntries(Object.keys(ways).map((name) => [name, /** @type {number[]} */ ([])]));
  for (let round = -2; round < 9; round++) {
    for (const [name, { reader }] of Object.entries(ways)) {
      fill();
      const took = await timeMs(() => reader.collect());
      if (round >= 0) rounds[name].push(took);
    }
  }
  for (const { reader } of Object.values(ways)) assert.equal(await counted(reader), recorded);
  const pauses = Object.fromEntries(Object.keys(ways).map((name) => [name, /** @type {number[]} */ ([])]));
  for (let round = 0; round < 9; round++) {
    for (const [name, { reader }] of Object.entries(ways)) {
      fill();
      pauses[name].push(await longestPause(() => reader.collect()));
    }
  }
  const best = (/** @type {string} */ name) => Math.min(...rounds[name]);
  const row = (/** @type {string} */ path, /** @type {string} */ mine, /** @type {string} */ peer, /** @type {string} */ other) => ({
    path,
    ours: ms(best(mine)),
    peer: `${peer} ${ms(best(other))}`,
    ratio: times(best(other) / best(mine)),
    promise: '',
    kept: null,
  });
  const shown = series.toLocaleString('en');
  const pause = (/** @type {string} */ mine, /** @type {string} */ other) => ({
    path: 'its longest pause, median of nine',
    ours: ms(median(pauses[mine])),
    peer: `the SDK ${ms(median(pauses[other]))}`,
    ratio: times(median(pauses[other]) / median(pauses[mine])),
    promise: '',
    kept: null,
  });
  return [
    row(`collection of ${shown} series, best of nine, \`createMetricProducer\``, 'told', 'the SDK', 'direct'),
    pause('told', 'direct'),
    row('the same, `observeMetrics`', 'observed', 'the SDK', 'direct'),
    row('the same, `createMetricProducer`, exponential at scale 7', 'toldExponential', 'the SDK, 160 buckets', 'directExponential'),
    pause('toldExponential', 'directExponential'),
  ];
}

const mode = process.argv[2] ?? 'metrics';
if (mode === 'metrics') {
  const { rows, readers } = perEvent();
  for (const reader of readers) assert.ok((await counted(reader)) > 10_000, 'Nothing was counted');
  report(rows, { heard: false });
} else report(await collections(Number(mode.replace('collect-', ''))), { heard: false });
