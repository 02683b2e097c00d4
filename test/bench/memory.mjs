/** Memory per series of durations: of one `latency`, or at `worst` (durations from 0 to 24 h). */
import { build } from 'hdr-histogram-js';
import prometheus from 'prom-client';
import { createTelemetry, defineEvent, defineEvents } from './library.mjs';
import { bytesInUse, logNormal, report, within } from './measure.mjs';

/** Many, so that what else lives on the heap (compiled code and the like) is little beside each. */
const SERIES = 4_000;
const SAMPLES = 3_000;
/** Distributions that differ; making one for each series would take longer than everything else. */
const KINDS = 50;
const DAY_MS = 86_400_000;
const KIB = 1024;

/** One operation's latencies each. */
const latencies = () => Array.from({ length: KINDS }, (_, kind) => logNormal({ count: SAMPLES, median: 20, sigma: 1.2, seed: kind + 1 }));

/** 0, 24 h, and what lies between at even distances on a logarithmic scale from 1 µs: every part of the range is used. */
const everything = () => [[0, ...Array.from({ length: SAMPLES }, (_, index) => 0.001 * (DAY_MS / 0.001) ** (index / (SAMPLES - 1)))]];

/** Bytes per series for what `open` makes and `record` fills. Everything made stays referenced until after the reading. */
function bytesPerSeries(/** @type {() => ((ms: number) => void)[]} */ open, /** @type {number[][]} */ samples) {
  const before = bytesInUse();
  const series = open();
  for (const [index, record] of series.entries()) for (const ms of samples[index % samples.length]) record(ms);
  const bytes = (bytesInUse() - before) / SERIES;
  kept.push(series);
  return bytes;
}
/** @type {unknown[]} */
const kept = [];

const names = Array.from({ length: SERIES }, (_, index) => `event${index}`);
const events = defineEvents('app', { memory: Object.fromEntries(names.map((name) => [name, defineEvent()])) });
// The bus with its events exists either way; what metrics add to it is what is measured: handler, series, counts.
const telemetry = createTelemetry({ events, environment: 'production' });
const emitters = names.map((name) => telemetry.emitter(events.memory[name]));

const ours = () => {
  telemetry.attachMetricsHandler();
  return emitters.map((emit) => (/** @type {number} */ duration) => emit({ duration }));
};
const hdr = () =>
  names.map(() => {
    const histogram = build({ lowestDiscernibleValue: 1, highestTrackableValue: DAY_MS * 1e3, numberOfSignificantValueDigits: 2 });
    kept.push(histogram);
    return (/** @type {number} */ ms) => histogram.recordValue(Math.round(ms * 1e3));
  });
const prom = () => {
  const histogram = new prometheus.Histogram({
    name: 'durations',
    help: 'durations',
    labelNames: ['event'],
    registers: [new prometheus.Registry()],
  });
  kept.push(histogram);
  return names.map((name) => {
    const bound = histogram.labels(name);
    return (/** @type {number} */ ms) => bound.observe(ms / 1e3);
  });
};

const mode = process.argv[2] ?? 'latency';
const [samples, path, atMost] =
  mode === 'worst' ? [everything(), 'memory per series, 0 to 24 h', 16 * KIB] : [latencies(), 'memory per series, one latency', 9 * KIB];
const show = (/** @type {number} */ bytes) => `${(bytes / KIB).toFixed(1)} KiB`;
const bytes = bytesPerSeries(ours, samples);
report(
  [
    within(path, bytes, { show, atMost, peer: 'hdr-histogram-js', theirs: bytesPerSeries(hdr, samples) }),
    within('', bytes, { show, peer: 'prom-client (11 buckets)', theirs: bytesPerSeries(prom, samples) }),
  ],
  { heard: false },
);
if (Object.keys(telemetry.getDurationStats()).length !== SERIES || kept.length === 0) throw new Error('Series are missing');
