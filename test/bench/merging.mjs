/**
 * Snapshots of 1,000 series of latencies: merging 100 of them, taking, encoding and decoding one, and what one takes encoded;
 * beside JSON of the same numbers, and hdr-histogram-js's own merging and its compressed form of each series.
 */
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { createTelemetry, dist } from './library.mjs';
import { logNormal, report } from './measure.mjs';

/** @type {typeof import('../../lib/index')} */
const { decodeSnapshot, distribution, encodeSnapshot, mergeSnapshots, takeSnapshot } = await import(
  pathToFileURL(resolve(dist, 'index.js')).href
);

const [SNAPSHOTS, SERIES, VALUES, BUSES, ROUNDS] = [100, 1_000, 1_000, 5, 5];
const NAME = /** @type {const} */ (['app', 'llm', 'answer']);
const LATENCIES = logNormal({ count: 2 ** 16, median: 20, sigma: 1.2 });
const definition = distribution('latency', NAME, { tags: ['model'], hdr: true });
const models = Array.from({ length: SERIES }, (_, index) => `model-${index}`);
/** A value of a series. Other buses see others. */
const latencyOf = (/** @type {number} */ bus, /** @type {number} */ series, /** @type {number} */ index) =>
  LATENCIES[(bus * 7_919 + series * 104_729 + index) % LATENCIES.length];

function fill(/** @type {number} */ number) {
  const bus = createTelemetry({ metrics: { definitions: [definition] }, log: { sinks: [], level: 'silent' } });
  bus.attachMetricsHandler();
  for (const [series, model] of models.entries()) {
    for (let index = 0; index < VALUES; index++) bus.execute(NAME, { duration: latencyOf(number, series, index) }, { model });
  }
  return bus;
}

/** The same values in histograms of hdr's, in whole microseconds. */
const histograms = (/** @type {number} */ number) =>
  models.map((_, series) => {
    const histogram = build({
      bitBucketSize: 64,
      lowestDiscernibleValue: 1,
      highestTrackableValue: 86.4e9,
      numberOfSignificantValueDigits: 2,
    });
    for (let index = 0; index < VALUES; index++) histogram.recordValue(Math.round(latencyOf(number, series, index) * 1e3));
    return histogram;
  });

/** What is in a snapshot, as JSON would carry it: with the cells, so that it could be merged. */
function plainOf(/** @type {import('../../lib/index').MetricsSnapshot} */ snapshot) {
  const [seam] = Object.getOwnPropertySymbols(snapshot).filter((known) => Symbol.keyFor(known) === 'telemetry-bus/metrics');
  /** @type {import('../../lib/metrics/seam').MetricSource} */
  const source = /** @type {never} */ (snapshot)[seam];
  return [...source.metrics()].map((metric) => ({
    name: metric.name,
    bounds: metric.bounds,
    series: [...metric.series()].map((series) => {
      /** @type {[number, number][]} */
      const cells = [];
      series.cells?.((cell, count) => cells.push([cell, count]));
      const { count, sum, min, max, stddev, buckets } = series.reading() ?? { count: series.value() };
      return { tags: Object.fromEntries(series.tags), count, sum, min, max, stddev, buckets: buckets && [...buckets], cells };
    }),
  }));
}

/** The shortest of some rounds. */
function bestMs(/** @type {() => unknown} */ work, rounds = ROUNDS) {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const begin = performance.now();
    work();
    best = Math.min(best, performance.now() - begin);
  }
  return best;
}

const ms = (/** @type {number} */ value) => `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ms`;
const bytes = (/** @type {number} */ value) => `${Math.round(value).toLocaleString('en')} B`;
const row = (
  /** @type {string} */ path,
  /** @type {number} */ ours,
  /** @type {string} */ peer,
  /** @type {number} */ theirs,
  /** @type {(value: number) => string} */ show,
) => ({
  path,
  ours: show(ours),
  peer: `${peer} ${show(theirs)}`,
  ratio: `${(theirs / ours).toFixed(theirs / ours < 10 ? 2 : 1)} ×`,
  promise: '',
  kept: null,
});

const buses = Array.from({ length: BUSES }, (_, number) => fill(number));
const encodings = buses.map((bus) => encodeSnapshot(takeSnapshot(bus)));
const snapshots = Array.from({ length: SNAPSHOTS }, (_, index) => decodeSnapshot(encodings[index % BUSES]));
const [bus, encoding, snapshot] = [buses[0], encodings[0], snapshots[0]];
const plain = plainOf(snapshot);
const json = JSON.stringify(plain);

const theirs = histograms(0);
const texts = theirs.map((histogram) => encodeIntoCompressedBase64(histogram));
const textLength = texts.reduce((sum, text) => sum + text.length, 0);
/** One of the hundred; a hundred would take minutes. */
const target = histograms(1);
const hdrMerge = bestMs(() => {
  for (const [series, histogram] of target.entries()) histogram.add(theirs[series]);
}, 3);

const merged = mergeSnapshots(snapshots);
assert.equal(merged.getCounters()[NAME.join('.')], SNAPSHOTS * SERIES * VALUES);
assert.equal(merged.getMetrics().find(({ name }) => name === 'latency')?.series.length, SERIES);

const named = `${SERIES.toLocaleString('en')} series of ${VALUES.toLocaleString('en')} latencies`;
report(
  [
    row(
      `merge ${SNAPSHOTS} snapshots of ${named}`,
      bestMs(() => mergeSnapshots(snapshots)),
      `hdr-histogram-js \`add\`, ${SNAPSHOTS} times one of them`,
      hdrMerge * SNAPSHOTS,
      ms,
    ),
    row(
      'take a snapshot of a bus, and encode it',
      bestMs(() => encodeSnapshot(takeSnapshot(bus))),
      'JSON of the same numbers',
      bestMs(() => JSON.stringify(plainOf(takeSnapshot(bus)))),
      ms,
    ),
    row(
      '',
      bestMs(() => encodeSnapshot(takeSnapshot(bus))),
      'hdr-histogram-js, compressed base64 of each',
      bestMs(() => theirs.map((histogram) => encodeIntoCompressedBase64(histogram)), 2),
      ms,
    ),
    row(
      'decode it, checked',
      bestMs(() => decodeSnapshot(encoding)),
      'JSON.parse, not checked',
      bestMs(() => JSON.parse(json)),
      ms,
    ),
    row(
      '',
      bestMs(() => decodeSnapshot(encoding)),
      'hdr-histogram-js',
      bestMs(() => texts.map((text) => decodeFromCompressedBase64(text, 64)), 2),
      ms,
    ),
    row('encoded snapshot', encoding.length, 'JSON of the same numbers', json.length, bytes),
    row('each series of it', encoding.length / SERIES, 'JSON', json.length / SERIES, bytes),
    row('', encoding.length / SERIES, 'hdr-histogram-js, without tags, sum and buckets', textLength / SERIES, bytes),
  ],
  { heard: false },
);
